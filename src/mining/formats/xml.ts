import { SaxesParser } from 'saxes';
import { biocDocument, type BiocPassage } from './json';
import type { DocumentReader, ReadItem } from './readers';

/** What an element of a document says to whoever reads it. */
interface Builder {
  /** Name of the element that is a document. */
  element: string;
  begin(line: number): Building;
}

interface Building {
  open(path: readonly string[], attributes: Readonly<Record<string, string>>): void;
  /** An element within the document has ended. @param text of it and of the elements in it */
  close(path: readonly string[], text: string): void;
  finish(): ReadItem;
}

/** Reads a file whose documents are elements, one at a time; a document with wrong XML in it is told, the others are read. */
function xmlReader({ element, begin }: Builder): DocumentReader {
  return async function* (chunks) {
    const items: ReadItem[] = [];
    const parser = new SaxesParser();
    /** Names of open elements within the document, and the text of each so far. */
    let path: string[] = [];
    let texts: string[] = [];
    let building: Building | null = null;
    let begins = 0;
    let problem: { line: number; text: string } | null = null;
    let last = 0;
    parser.on('error', ({ message }) => {
      problem ??= { line: parser.line, text: `It is not well-formed XML (${message.replace(/^\d+:\d+: /, '')}).` };
    });
    parser.on('opentag', ({ name, attributes }) => {
      if (building === null) {
        if (name !== element) return;
        building = begin(parser.line);
        begins = parser.line;
        path = [];
        texts = [];
        return;
      }
      path.push(name);
      texts.push('');
      building.open(path, attributes);
    });
    const text = (value: string): void => {
      if (texts.length > 0) texts[texts.length - 1] += value;
    };
    parser.on('text', text);
    parser.on('cdata', text);
    parser.on('closetag', ({ name }) => {
      if (building === null) return;
      if (name === element && path.length === 0) {
        items.push(problem === null ? building.finish() : { line: begins, problem: problem.text });
        building = null;
        problem = null;
        last = parser.line;
        return;
      }
      const inner = texts.pop() ?? '';
      building.close(path, inner);
      path.pop();
      text(inner);
    });
    for await (const chunk of chunks) {
      parser.write(chunk);
      yield* items.splice(0);
    }
    // Complains of elements that are still open.
    parser.close();
    yield* items.splice(0);
    const left = problem as { line: number; text: string } | null;
    if (left) yield { line: building ? begins : left.line, problem: left.text };
    else if (last === 0) yield { line: 1, problem: `The file contains no <${element}> element.` };
  };
}

/** BioC's XML: `collection/document/passage`. */
export const readBiocXml: DocumentReader = xmlReader({
  element: 'document',
  begin(line) {
    let id = '';
    const passages: { passage: BiocPassage; marks: Mark[] }[] = [];
    interface Mark {
      type: string;
      identifier: string;
      text: string;
      locations: { offset: number; length: number }[];
    }
    let key = '';
    let sentences: string[] = [];
    const passage = (): { passage: BiocPassage; marks: Mark[] } | undefined => passages.at(-1);
    return {
      open(path, attributes) {
        const name = path.at(-1);
        if (name === 'passage') {
          const marks: Mark[] = [];
          passages.push({ passage: { offset: 0, type: '', text: '', marks }, marks });
          sentences = [];
        } else if (name === 'annotation') {
          passage()?.marks.push({ type: '', identifier: '', text: '', locations: [] });
        } else if (name === 'infon') {
          key = attributes['key'] ?? '';
        } else if (name === 'location' && path.includes('annotation')) {
          const [offset, length] = [Number(attributes['offset']), Number(attributes['length'])];
          passage()?.marks.at(-1)?.locations.push({ offset, length });
        }
      },
      close(path, text) {
        const place = path.join('/');
        const now = passage();
        const mark = now?.marks.at(-1);
        if (place === 'id') id = text.trim();
        else if (place === 'passage/offset' && now) now.passage.offset = Number(text);
        else if (place === 'passage/infon' && key === 'type' && now) now.passage.type = text.trim();
        else if (place === 'passage/text' && now) now.passage.text = text;
        else if (place === 'passage/sentence/text') sentences.push(text);
        else if (path.at(-1) === 'infon' && path.at(-2) === 'annotation' && mark) {
          if (key === 'type') mark.type = text.trim();
          if (key === 'identifier' || key === 'MESH') mark.identifier = text.trim();
        } else if (path.at(-1) === 'text' && path.at(-2) === 'annotation' && mark) mark.text = text;
        else if (place === 'passage' && now && now.passage.text === '') now.passage.text = sentences.join(' ');
      },
      finish: () =>
        biocDocument(
          id === '' ? String(line) : id,
          passages.map((it) => it.passage),
          line,
        ),
    };
  },
});

/** PubMed's XML: `PubmedArticle`, with labels of structured abstracts as PubMed shows them. */
export const readPubMedXml: DocumentReader = xmlReader({
  element: 'PubmedArticle',
  begin(line) {
    let id = '';
    let title = '';
    const parts: string[] = [];
    let label = '';
    const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
    return {
      open(path, attributes) {
        if (path.at(-1) === 'AbstractText') label = attributes['Label'] ?? '';
      },
      close(path, text) {
        switch (path.join('/')) {
          case 'MedlineCitation/PMID':
            id = plain(text);
            return;
          case 'MedlineCitation/Article/ArticleTitle':
            title = plain(text);
            return;
          case 'MedlineCitation/Article/Abstract/AbstractText':
            if (plain(text) !== '') parts.push(label === '' ? plain(text) : `${label}: ${plain(text)}`);
        }
      },
      finish() {
        if (id === '') return { line, problem: 'The article has no PMID.' };
        return title === '' && parts.length === 0
          ? { line, problem: `The article ${id} has neither title nor abstract.` }
          : { line, document: { id, title, text: parts.join(' ') } };
      },
    };
  },
});
