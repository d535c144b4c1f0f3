import type { Words } from './words.ts';

const number = new Intl.NumberFormat('ja');

export const ja: Words = {
  unknownCaller: '発信者不明',
  newMessage: (caller, mailbox) => `${mailbox} に ${caller} から新しい留守番メッセージがあります`,
  heading: '新しい留守番メッセージがあります',
  urgent: '至急',
  from: '発信者',
  called: '着信番号',
  mailbox: 'メールボックス',
  received: '受信日時',
  duration: '長さ',
  transcription: '文字起こし',
  confidential: 'このメッセージは機密です。',
  noAudio: '録音は残されていません。',
  attached: '録音を添付しています。',
  tooLarge: '録音が大きすぎるため添付できません。',
  notAvailable: '録音を添付できませんでした。',
  listen: 'メッセージを聞く',
  newMessages: (count) => `新しい留守番メッセージが ${number.format(count)} 件あります`,
  escalation: (caller, mailbox) => `未対応: ${mailbox} への ${caller} からの留守番メッセージ`,
  escalationReason: (step, of) => `このメッセージは時間内に対応されていません（${of} 段階中 ${step} 段階目）。`,
  mailboxFull: (mailbox) => `メールボックス ${mailbox} がいっぱいです`,
  mailboxFullReason: (count) =>
    `${number.format(count)} 件のメッセージがあり、削除されるまで新しいメッセージを受け付けません。`,
  mailboxFullLength: (length) =>
    `メッセージの合計時間が上限${length === null ? '' : `（${length}）`}に達しました。削除されるまで新しいメッセージを受け付けません。`,
  webhookPaused: (webhook) => `Webhook ${webhook} は一時停止中です`,
  webhookPausedReason: (failures, since) =>
    `${since} 以降、${number.format(failures)} 回の送信に失敗しました。今後は何も送信されません。`,
  webhookResume: 'サーバーが復旧したら、Webhook を再開してください。',
  externalFailed: (mailbox) => `${mailbox} へのメッセージを転送できませんでした`,
  externalFailedReason: (date, address) =>
    `${date} のメッセージを、このメールボックスの保存先 ${address} に送信できませんでした。`,
  externalKept: 'メッセージは失われていません。管理者が再送信できます。',
  address: 'アドレス',
  lastFailure: '直近のエラー',
};
