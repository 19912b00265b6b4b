import type { Context } from '../../context.ts'
import { findLitestream, identifyLitestream, type Litestream } from '../../litestream/binary.ts'

/** The Litestream that a machine is given. @throws SeaworthyError `SW-LITESTREAM-MISSING`, `SW-LITESTREAM-VERSION`. */
export const litestreamFor = async ({ env }: Context): Promise<Litestream> =>
  identifyLitestream(findLitestream(env.SEAWORTHY_LITESTREAM || undefined, env.PATH))
