import type { Reader } from '../deliveries/delivery.ts';
import { localTime } from '../email/when.ts';
import { defaultLanguage } from '../templates/words/index.ts';
import { canDraw } from './page-font.ts';

/** In whose language a page is written: dates are in English where the fonts do not have the letters of the reader's. */
export const pageReader = (reader: Reader, receivedAt: string): Reader =>
  canDraw(localTime(receivedAt, reader)) ? reader : { ...reader, language: defaultLanguage };
