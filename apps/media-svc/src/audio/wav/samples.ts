/** Value, -1 to 1, of the sample at an offset in bytes. */
export type SampleReader = (bytes: Buffer, at: number) => number;

const fullScale = 2 ** 15;

/** ITU-T G.711 µ-law: value of every code. */
export const mulawSamples = Float32Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff;
  const exponent = (bits >> 4) & 7;
  const magnitude = ((((bits & 0x0f) << 3) + 0x84) << exponent) - 0x84;
  return (bits & 0x80 ? -magnitude : magnitude) / fullScale;
});

/** ITU-T G.711 A-law: value of every code. */
export const alawSamples = Float32Array.from({ length: 256 }, (_, code) => {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = (bits & 0x0f) << 4;
  const magnitude = exponent === 0 ? mantissa + 8 : (mantissa + 0x108) << (exponent - 1);
  return (bits & 0x80 ? magnitude : -magnitude) / fullScale;
});
