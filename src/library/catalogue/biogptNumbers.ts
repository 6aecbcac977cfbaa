import type { PublishedNumbers } from '../../protocol/installer';

/** "COVID-19 is", and how BioGPT goes on with five beams. */
const COVID_19_IS = [2, 4805, 9, 656, 21];
const PANDEMIC = [
  14, 1524, 8210, 518, 23, 456, 293, 910, 398, 11495, 40, 12, 8456, 9, 8388, 9, 40, 11, 7, 6, 6676, 1239, 5, 11495, 76,
  6163, 12, 4805, 9, 656, 11, 7, 46, 57, 3023, 13, 77, 48, 1437, 1343, 8, 20528, 7, 197, 6, 1822, 2056, 12, 1510, 11, 7,
  5192, 7, 4701, 7, 1586, 7232, 7, 6, 1822, 10036, 12, 3871, 11, 7, 8, 6, 1822, 2056, 5, 5990, 12, 5334, 11, 7, 27, 5,
  4108, 402, 7, 12166, 7, 15, 77, 48, 483, 4129, 3111, 755, 127, 8, 77, 48, 483, 4129, 3111, 2383, 4,
];
const END_OF_TEXT = 2;

/**
 * What `microsoft/biogpt` is known to compute. Logits and texts: `transformers`,
 * tests/models/biogpt/test_modeling_biogpt.py, `test_inference_lm_head_model` (tolerance 1e-4 at fp32),
 * `test_batch_generation` (greedy, max_length 20, which counts the prompt) and `test_biogpt_generation`
 * (five beams, min_length 100, max_length 1024, early stopping). The texts' ids, and the other encodings:
 * sacremoses 0.1.1 and the published vocabulary, as `transformers`' `BioGptTokenizer` puts them together.
 */
export const BIOGPT_NUMBERS: PublishedNumbers = {
  source: "the tests of transformers' BioGPT",
  encodings: [
    { text: 'COVID-19 is', ids: COVID_19_IS },
    { text: 'Hello, my dog is a little', ids: [2, 313, 3666, 399, 7, 10241, 4316, 21, 14, 1161] },
    { text: 'Today, I', ids: [2, 18538, 7, 174] },
    { text: 'TNF-α and IL-1β induce NF-κB', ids: [2, 1359, 9, 1142, 8, 355, 9, 5624, 1296, 2014, 9, 4389] },
    {
      text: 'p<0.001 (95% CI: 1.2-3.4)',
      ids: [2, 110, 109, 506, 12, 203, 24, 266, 20, 2557, 9, 4311, 11],
    },
    {
      text: 'as shown by Smith et al. (2019)',
      ids: [2, 27, 380, 23, 22059, 1346, 733, 4, 12, 6163, 11],
    },
    {
      text:
        'COVID-19 is a global pandemic caused by severe acute respiratory syndrome coronavirus 2 (SARS-CoV-2), the ' +
        'causative agent of coronavirus disease 2019 (COVID-19), which has spread to more than 200 countries and ' +
        'territories, including the United States (US), Canada, Australia, New Zealand, the United Kingdom (UK), and ' +
        'the United States of America (USA), as of March 11, 2020, with more than 800,000 confirmed cases and more ' +
        'than 800,000 deaths.',
      ids: [...COVID_19_IS, ...PANDEMIC],
    },
  ],
  logits: [
    {
      ids: COVID_19_IS,
      values: [
        [-9.5236, -9.8918, 10.4557],
        [-11.0469, -9.6423, 8.1022],
        [-8.8664, -7.8826, 5.5325],
      ],
    },
  ],
  generations: [
    {
      // "bit bigger than a little bit."
      ids: [2, 313, 3666, 399, 7, 10241, 4316, 21, 14, 1161],
      decoding: { strategy: 'greedy' },
      newIds: [13863, 29236, 48, 14, 1161, 13863, 4],
    },
    {
      // "have a good idea of how to use the information"; 14 tokens in all, as the test cuts it.
      ids: [2, 18538, 7, 174],
      decoding: { strategy: 'greedy' },
      newIds: [47, 14, 746, 5887, 5, 597, 13, 119, 6, 363],
    },
    {
      ids: COVID_19_IS,
      decoding: { strategy: 'beam', beams: 5, earlyStopping: true },
      minLength: 100,
      maxLength: 1024,
      newIds: [...PANDEMIC, END_OF_TEXT],
    },
  ],
};
