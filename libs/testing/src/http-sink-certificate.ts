import { generate } from 'selfsigned';

/** PEM of a server's key and certificate; who trusts the certificate trusts the server. */
export interface TestCertificate {
  key: string;
  cert: string;
}

/** For `localhost`, `127.0.0.1` and `::1`, signed by itself. */
export async function selfSignedCertificate(): Promise<TestCertificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  return { key, cert };
}
