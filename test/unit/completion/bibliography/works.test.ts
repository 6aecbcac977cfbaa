import assert from 'node:assert/strict';
import { worksOf } from '../../../../src/completion/bibliography/works';

function titleOf(title: string): string | undefined {
  return [...worksOf(`@article{key, author = {M{\\"u}ller, J.}, title = ${title}, year = 2019}`)][0]?.title;
}

describe('the works of a bibliography', () => {
  it('are its entries, however they are written', () => {
    const bibTeX = [
      '@string{jci = "J Clin Invest"}',
      '@comment{nothing}',
      '@Article{Doe2019,\r\n  Title = {Sepsis in children},\r\n  journal = jci,\r\n}',
      '  @book{roe2001, title = "Sepsis" # " in adults", year = 2001}',
      '@misc{untitled, year = {2002}}',
    ].join('\n');
    assert.deepEqual(
      [...worksOf(bibTeX)],
      [
        null,
        null,
        { key: 'Doe2019', title: 'sepsis in children' },
        { key: 'roe2001', title: 'sepsis in adults' },
        null,
      ],
    );
  });

  it('are told past an entry that cannot be read', () => {
    const bibTeX = '@article{broken, title = {Never closed\n\n@article{whole, title = {Closed}}\n@article{cut, tit';
    assert.deepEqual([...worksOf(bibTeX)], [null, { key: 'whole', title: 'closed' }, null]);
    assert.deepEqual([...worksOf('')], []);
    assert.deepEqual([...worksOf('not a bibliography')], []);
  });

  const abstract = (text: string): string =>
    `@article{a3,\n  title = {Storage of blood},\n  abstract = {${text}},\n}\n`;
  const after = '@book{b1, title = {Blood}}';
  const blood = [
    { key: 'a3', title: 'storage of blood' },
    { key: 'b1', title: 'blood' },
  ];
  const entries: [what: string, bibTeX: string][] = [
    ['a line of an abstract that begins with @', abstract('Samples were kept\n@ 37 °C for an hour.') + after],
    ['an address at the beginning of a line', abstract('See\n@smithlab for more.') + after],
    ['an address of e-mail over lines', abstract('Write to jane\n@example.org{}') + after],
    ['an entry within a note', abstract('It was\n@misc {see there}') + after],
    ['a macro at the beginning of a line', abstract('Set in\n@article{Times}') + after],
    ['two entries on a line', abstract('None').trim() + after],
    ['an entry behind text', `${abstract('None')}Further reading: ${after}`],
    ['entries in parentheses', `@article(a3, title = {Storage of blood})\n@book(b1, title = "Blood")`],
    ['spaces in its head', `@ article { a3 , title = {Storage of blood} }\n@book\n{b1, title = {Blood}}`],
    ['a brace too many', `@article{a3, title = {Storage of blood}}}\n${after}`],
    ['a file of JabRef', `${abstract('None')}@Comment{jabref-meta: databaseType:bibtex;\n@ it goes on}\n${after}`],
  ];
  for (const [what, bibTeX] of entries) {
    it(`are found with ${what}`, () => assert.deepEqual([...worksOf(bibTeX)].filter(Boolean), blood));
  }

  it('are told past an entry with a brace that is open', () => {
    const open =
      '@article{a3, title = {Storage of blood}, note = {a { b}\n}\n@string{x = "y"}\n@book{b1, title = {Blood}}';
    assert.deepEqual([...worksOf(open)].filter(Boolean), [blood[1]]);
  });

  it('have titles without markup', () => {
    assert.equal(
      titleOf('{{TNF}-$\\alpha$ and \\textit{S. aureus} in H{\\"o}dgkin\'s disease}'),
      "TNF-α and S. aureus in Hödgkin's disease",
    );
    assert.equal(titleOf('{Costs \\& benefits of\n    5\\% glucose}'), 'costs & benefits of 5% glucose');
  });

  it('have titles in sentence case', () => {
    assert.equal(
      titleOf(
        '{Effects of Low-Dose Tamoxifen on {Breast} Cancer and {mRNA} Levels of TNF in {von Willebrand} Disease}',
      ),
      'effects of low-dose tamoxifen on Breast cancer and mRNA levels of TNF in von Willebrand disease',
    );
    assert.equal(
      titleOf('{Effects of tamoxifen in Parkinson disease and ageing}'),
      'effects of tamoxifen in Parkinson disease and ageing',
    );
    assert.equal(titleOf('{{Zanubrutinib in Lymphoma of the {NHL} Type}}'), 'zanubrutinib in lymphoma of the NHL type');
    assert.equal(titleOf('{{Zanubrutinib in lymphoma}}'), 'zanubrutinib in lymphoma');
    assert.equal(titleOf('{mRNA vaccines and {Zika}}'), 'mRNA vaccines and Zika');
  });
});
