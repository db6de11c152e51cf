/** The file of the embedded database: its name, its format, and how it is opened. */
import { open, type RootDatabase } from 'lmdb';

export const DATABASE_FILE = 'gifchat.mdb';
/**
 * Only the owner may read and write the files of the database and of its lock. The types of lmdb do not know this option.
 */
export const FOR_OWNER = { permissionsMode: 0o600 };
/** The format of the records. A database with a newer format is not opened; one with an older format is migrated. */
export const FORMAT = 1;

/** Opens the database, and makes it if it is missing. @throws Error with the reason, if this program does not understand it. */
export function openDatabase(file: string): RootDatabase {
  // With `overlappingSync`, lmdb would resolve a write before it is on the disk.
  const root = open(file, { ...FOR_OWNER, overlappingSync: false, eventTurnBatching: false, maxDbs: 16 });
  try {
    const names = [...root.getKeys()];
    const isOfFormat0 = names.length === 0 || (names.includes('rooms') && names.includes('chats'));
    checkFormat(formatOf(root) ?? (isOfFormat0 ? 0 : undefined));
    return root;
  } catch (error) {
    void root.close();
    throw error;
  }
}

/** The format that the database says it has; undefined if it says none, as databases of format 0 do. */
export function formatOf(root: RootDatabase): number | undefined {
  const format: unknown = root.get('format');
  return typeof format === 'number' ? format : undefined;
}

/** @throws Error with the reason, if this value is not a format that this program understands. */
export function checkFormat(format: unknown): void {
  if (typeof format !== 'number') throw new Error('it holds something else');
  if (format > FORMAT) throw new Error(`its format is ${String(format)}, of a newer version of this program`);
}
