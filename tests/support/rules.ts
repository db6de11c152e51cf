/** All rules of a room in one module, because tests use many of them. */
export * from '../../src/rules/owner';
export * from '../../src/rules/places';
export * from '../../src/rules/room';
export * from '../../src/rules/takeback';
export * from '../../src/rules/talk';
export * from '../../src/rules/time';
export * from '../../src/rules/waits';
