import { writeFileSync } from 'node:fs';
import { generatedDocs } from './generated-docs.ts';

for (const { url, text } of generatedDocs) writeFileSync(url, text);
