import assert from 'node:assert/strict';
import { saysNothing } from '../../../src/decoder/text/circles';

describe('saysNothing', () => {
  for (const [sentence, term] of [
    ['DDAH2 is one of the most common forms of DDAH2.', 'DDAH2'],
    ['Gout is a type of gout.', 'Gout'],
    ['Gout is one of the most common types.', 'Gout'],
    ['The most common type of benign meningioma is benign meningioma.', 'benign meningioma'],
    ['Bone marrow diseases are diseases of the bone marrow.', 'Bone marrow diseases'],
    ['Interleukin-6 is an interleukin.', 'Interleukin-6'],
    ['Chronic Fatigue Syndrome (CFS) is one of the most common symptoms of CFS.', 'Chronic Fatigue Syndrome (CFS)'],
    [
      'The most common form of melanocytic nevus is the most common type of melanocytic nevus.',
      'giant congenital melanocytic nevus',
    ],
    ['Fibrous histiocytoma of bone is the most common form of fibrous histiocytoma.', 'Fibrous histiocytoma of bone'],
    ['People with gout are at an increased risk of developing gout.', 'Gout'],
    ['People with gout do not have any of the signs or symptoms of gout.', 'Gout'],
    ['CNTNAP3 is thought to be involved in the development of CNTNAP3.', 'CNTNAP3'],
    ['DDAH2 is associated with DDAH2.', 'DDAH2'],
    ['This gene provides instructions for making a protein called cystinuria.', 'cystinuria'],
    ['Mexacarbate is one of the most common forms of the disorder.', 'Mexacarbate'],
    ['The electrode is one of the most common features of this condition.', 'electrode'],
    ['The most common form of the disorder is the most severe form of the condition.', 'Ligand'],
    ['The DDAH2 protein is found in the DDAH2 protein.', 'DDAH2'],
    ['CRISPR is one of the most common forms of CRISPR deficiency.', 'CRISPR'],
    ['MET is a type of MET deficiency that affects children.', 'MET'],
    ['Dry spinning is dry work, which can be caused by dry work.', 'Dry spinning'],
    ['Vallate papilla is a juvenile deficiency, which occurs in people with juvenile deficiency.', 'Vallate papilla'],
    ['Buffer is one of the most commonly used dyes, which are the most common form of dyes.', 'Buffer'],
    ['The most common form of dry eye is found in the most common form of dry eye.', 'Dry eye'],
    ['Bone loss affects people with bone loss.', 'Bone loss'],
    ['Insulin is needed by insulin.', 'Insulin'],
    ['Gout can worsen gout.', 'Gout'],
    ['It is one of the most common forms of impetigo.', 'Impetigo'],
    ['The ciliary body is the most common form of the ciliary body, which is a type of skin.', 'Ciliary body'],
    ['Keratin is a protein that is located in the protein.', 'Keratin'],
    ['Hemophilia is an instance of hemophilia disorder in adults.', 'Hemophilia'],
  ] as const) {
    it(`of "${sentence}"`, () => assert.ok(saysNothing(sentence, term)));
  }

  for (const [sentence, term] of [
    ['Crohn disease is a disease of the bowel.', 'Crohn disease'],
    ['Uterine sarcoma is a type of cancer.', 'Uterine sarcoma'],
    ['Gout is a disease.', 'Gout'],
    ['Gout is a rare disease.', 'Gout'],
    ['It is common.', 'Gout'],
    ['Influenza is an influenza virus infection.', 'Influenza'],
    ['Heart diseases are diseases that affect the heart and its valves.', 'Heart diseases'],
    ['Type 2 diabetes is the most common form of diabetes in adults.', 'Type 2 diabetes'],
    ['It is also called consumption.', 'Tuberculosis'],
    ['Called gout by Hippocrates, it affects joints.', 'Gout'],
    ['The cause of the disease is unknown.', 'Gout'],
    ['Gout is a cause of disease of the joints.', 'Gout'],
    ['People with the condition have pain.', 'Gout'],
    ['People with gout have painful joints.', 'Gout'],
    ['Gout causes pain.', 'Gout'],
    ['Sepsis is common in people with burns.', 'Sepsis'],
    ['Stem cells can make more stem cells.', 'Stem cells'],
    ['Kidney stones are found in the kidney.', 'Kidney stones'],
    ['Interleukin-1 is a member of the interleukin-1 family.', 'Interleukin-1'],
    ['Lead is a cause of lead poisoning.', 'Lead'],
    ['BRCA1 is a gene that provides instructions for making the BRCA1 protein.', 'BRCA1'],
    ['A heart valve is replaced with a heart valve from a pig.', 'Heart valve'],
    ['A stem cell is a cell that can become another cell.', 'Stem cell'],
    ['Gabapentin is excreted as gabapentin.', 'Gabapentin'],
    ['The diagnosis of gout is based on the signs and symptoms of gout.', 'Gout'],
    ['The DDAH2 protein is found in cells that make the DDAH2 protein.', 'DDAH2'],
    ['It is produced by the hepatocyte.', 'Hepatocyte'],
    ['Vitamin D3 is a form of vitamin D.', 'Vitamin D3'],
    ['Insulin resistance is a condition that requires more insulin.', 'Insulin resistance'],
  ] as const) {
    it(`not of "${sentence}"`, () => assert.ok(!saysNothing(sentence, term)));
  }
});
