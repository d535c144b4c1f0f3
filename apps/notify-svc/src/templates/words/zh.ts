import type { Words } from './words.ts';

const number = new Intl.NumberFormat('zh');

/** Simplified characters. */
export const zh: Words = {
  unknownCaller: '未知来电',
  newMessage: (caller, mailbox) => `${mailbox} 收到来自 ${caller} 的新语音留言`,
  heading: '您有一条新的语音留言',
  urgent: '紧急',
  from: '来电者',
  called: '被叫号码',
  mailbox: '语音信箱',
  received: '接收时间',
  duration: '时长',
  transcription: '文字记录',
  confidential: '此留言为机密。',
  noAudio: '来电者没有留下录音。',
  attached: '录音见附件。',
  tooLarge: '录音过大，无法作为附件发送。',
  notAvailable: '无法附上录音。',
  listen: '收听留言',
  newMessages: (count) => `您有 ${number.format(count)} 条新的语音留言`,
  escalation: (caller, mailbox) => `尚未处理：${mailbox} 来自 ${caller} 的语音留言`,
  escalationReason: (step, of) => `此留言未能及时得到处理（第 ${step} 步，共 ${of} 步）。`,
  mailboxFull: (mailbox) => `语音信箱 ${mailbox} 已满`,
  mailboxFullReason: (count) => `其中有 ${number.format(count)} 条留言，删除部分留言之前无法接收新留言。`,
  mailboxFullLength: (length) =>
    `留言总时长已达上限${length === null ? '' : `（${length}）`}，删除部分留言之前无法接收新留言。`,
  webhookPaused: (webhook) => `Webhook ${webhook} 已暂停`,
  webhookPausedReason: (failures, since) =>
    `自 ${since} 起已有 ${number.format(failures)} 次尝试失败，系统不再向其发送任何内容。`,
  webhookResume: '服务器恢复正常后，请恢复此 webhook。',
  externalFailed: (mailbox) => `${mailbox} 的一条留言未能转发`,
  externalFailedReason: (date, address) => `${date} 的留言未能发送到 ${address}（此信箱的留言保存在该地址）。`,
  externalKept: '留言没有丢失：管理员可以重新发送。',
  address: '地址',
  lastFailure: '最近一次错误',
};
