/** Loaded into a program before all else: it believes to be run by a Node that is too old. */
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.18.3' } });
