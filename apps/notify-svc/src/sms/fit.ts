// 3GPP TS 23.038: the alphabet of texts that have 160 letters to a message, and the letters that count twice in it.
const basic = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const extended = new Set('\f^{}\\[~]|€');

const perMessage = { gsm: 160, ucs2: 70 };
const ellipsis = '...';

type Alphabet = keyof typeof perMessage;

const alphabetOf = (text: string): Alphabet =>
  [...text].every((letter) => basic.has(letter) || extended.has(letter)) ? 'gsm' : 'ucs2';

const costOf = (letter: string, alphabet: Alphabet): number =>
  alphabet === 'gsm' ? (extended.has(letter) ? 2 : 1) : letter.length;

const characters = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * A text as it fits into an SMS: at most `maxCharacters` letters of the GSM alphabet, of which some count twice; where it
 * has others, as many times 70 UTF-16 units as that is times 160. A longer one is cut between letters and says so.
 */
export const fitSms = (text: string, maxCharacters: number): string => {
  const alphabet = alphabetOf(text);
  const room = Math.floor((maxCharacters * perMessage[alphabet]) / perMessage.gsm);
  const pieces = Array.from(characters.segment(text), ({ segment }) => segment);
  const costs = pieces.map((piece) => [...piece].reduce((sum, letter) => sum + costOf(letter, alphabet), 0));
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  if (total <= room) return text;
  let left = room - ellipsis.length;
  const end = costs.findIndex((cost) => {
    left -= cost;
    return left < 0;
  });
  return pieces.slice(0, end).join('').trimEnd() + ellipsis;
};
