/** Whether everybody can use each page in each state: measured, and looked at by axe-core. */
import { findingsOf } from './support/audit';
import { STATES } from './support/states';
import { setStage } from './support/story';

const { someone } = setStage();
const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

describe.each(Object.entries(STATES))('%s', (name, { open, show }) => {
  it.each(['ko-KR', 'en-US'])('keeps nobody out, in %s', async (locale) => {
    const reader = await someone({ locale });
    const { page } = reader;
    await open({ reader, someone });
    const findings: string[] = [];
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await show?.(page);
      // Only what is said about colors depends on the theme.
      await page.emulateMedia({ colorScheme: 'light' });
      findings.push(...(await findingsOf(page)).map((finding) => `${String(size.width)}: ${finding}`));
      await page.emulateMedia({ colorScheme: 'dark' });
      findings.push(
        ...(await findingsOf(page, 'color-contrast')).map(
          (finding) => `${String(size.width)} dark: ${finding}`,
        ),
      );
    }
    expect({ name, findings }).toEqual({ name, findings: [] });
  });
});
