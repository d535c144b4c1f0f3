/** Loudness, 0 to 1, of the sample at an offset in bytes. */
export type LevelReader = (bytes: Buffer, at: number) => number;

const fullScale = 2 ** 15;

/** ITU-T G.711 µ-law: loudness of every code. */
export const mulawLevels = Float32Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff;
  const exponent = (bits >> 4) & 7;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << exponent) - 0x84;
  return magnitude / fullScale;
});

/** ITU-T G.711 A-law: loudness of every code. */
export const alawLevels = Float32Array.from({ length: 256 }, (_, code) => {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = (bits & 0x0f) << 4;
  const magnitude = exponent === 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1);
  return magnitude / fullScale;
});
