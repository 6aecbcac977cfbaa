import { wordKeys } from './normalForm';

const FUNCTION_WORDS = keysOf(`
  a an the of in on at by for with without within and or nor but to from as is are was were be been being am that which
  this these those it its itself they them their theirs he him his she her hers we us our ours you your yours i me my
  who whom whose what when where why how if than then thus so such no not none any all each every both either neither
  some few many much more most less least other another same own only also too very just even still yet again ever
  never always often sometimes about above across after against along among around before behind below beneath beside
  between beyond despite down during except inside into like near off onto out outside over past per since through
  throughout till toward towards under until up upon via while whereas although though because unless whether can could
  may might must shall should will would do does did done doing have has had having there here now rather quite almost
  however therefore moreover furthermore one two three four five six seven eight nine ten first second third
`);

const EVERYDAY_WORDS = keysOf(`
  able abnormal absent abstract abuse acceptance access account accuracy acquisition act action activate activation
  active activity acute adapt adaptation add addition additive adds adjust adult adults advance affective age aged
  agent agents ages aggressive aging ago aid aids aim aims air alcohol algorithm alteration alterations amplitude
  analyse analysis analyze anatomy anger animal animals answer anterior appetite applicability application
  applications approach area arm arms art article ask asking asks assay assays assessment assessments association
  associations attachment attempt attending attention attitude attitudes atypical audit author authors autonomy
  average averages avoidance awareness baby back background bad balance ball band bands bar bars base baseline basic
  bath battery beat bed behavior behavioral behaviors behaviour behavioural behaviours belief beliefs benefit
  biological biology birth births block blocking blood board bodies body bold bone bones book border bovine bowl box
  boxes boy brain branch break breakdown breast breath breathing buffer build building bus business calibration
  calorie calories camera cap capacity car card cards care carer carers carry case cases cause causes cell cells
  center central centre certain chair chance chances change changes channel channels chapter characteristic
  characteristics charge chart check checklist chemical chemistry chest child children choice circle circulation
  cities city claim class classes classification clean clear clearance client clinic clinical clinicaltrials clock
  close closed closure cloth clothing cluster clusters code coffee coil cold colleague colleagues collect collection
  color colour column combination comment comments commerce communication communications communities community
  companies company comparison complaint complement complete complex compliance complication complications component
  components composition compound compounds comprehension computer computers concentrate concentrated concentration
  concentrations concept conception concepts concern conclusion conclusions condition conditions confidence
  confidential confidentiality conflict conflicts confusion connection conscious consciousness consensus consent
  construct construction consumer contact container containers content context contrast contrasts control controls
  conversation cook cooking cope coping copy core corner cost costs cough count countries country counts couple
  course cover covers cream create criteria crop cross culture cultures cup cure current curve cut cutting cycle
  cycling daily damage dance danger dark data database databases dataset datasets date dates day days dead deal
  death deaths decision decisions decline decrease deep define degradation degree demand demographic demographics
  density department dependence depth design detail detect detection determinant determinants develop development
  developments device diagnose diagnoses diagnosis diary diet diets difference differentiated difficulty digestion
  digital dilution dimension direct direction disabilities disability discharge discomfort discrepancies discrepancy
  discrimination discussion discussions disease diseases disorder disorders displacement distal distance distress
  distribution distributions district diversity doctor document dog doi domain domains dominance dominant don door
  dose doses double downstream draw dream drink drinking drinks drive drop drug drugs dry duration durations duty
  ear early ears earth ease eat eating echo ecological economy edge education effect effective effectiveness effects
  efficacy efficiency effort egg eight elbow element elements elevation eligibility emerging emotion emotions
  empirical employed employment end endemic endpoint endpoints energy enhanced enjoyment entry envelope envelopes
  environment environments epidemic equipment error errors essay etc ethical ethics ethnic ethnicity evaluation
  evaluations evening event events evidence evolution examination example examples exercise exercises exhaustion
  expectation experience experiment experiments expert exposure exposures expressed expression expressions extension
  extract extraction extracts extremities extremity eye eyes face faces facial facilitate facilitator facilitators
  facilities facility fact factor factors failure fall false families family fan farm fast fasted fasting fat father
  fatigue fear feature features fed feed feedback feel feeling feet female females fiction field fields figure file
  fill film final find finding findings finger finished fire fish fit five fixation flat floor flow fluid fluids
  follow followed food foods foot force forearm form forward four fracture fractures framework free frequencies
  frequency fresh friend friends front fruit fruits full fun function functions future gain game gap gaps garden gas
  gel gen gender genders gene general generalisability generalizability generalize genes genetic geometric girl
  glass goal goals gold good government grade grades grading grant graph gray great green grey grid ground group
  groups grow growth guide habit habits hair half hand hands happy hard he head health hearing heart heat heavy
  height held help high hip his history hold holiday home homogeneous hope hormone hormones hospital hospitalisation
  hospitalization hospitalizations hospitals host hot hour house household human humans husband hypotheses
  hypothesis ice idea image imagery imaging impact impacts implementation importance improvement incentive
  incentives incidence incidences income increase index indication indications indicator indicators indirect
  individual industry infant infection infections infectious inference inferences information ingredient ingredients
  inhibition initiation injection injections injuries injury input insertion institution instruction instrument
  instruments insurance intake intakes integration intelligence intensities intensity intention interaction
  interactions interest interests intermediate international interpretation interpretations interval intervals
  intervention interventional interventions interview introduction invasive investigation investigations
  investigator iron island isolate isolation issue item job join joint joints journal journals judgment jump
  junction key kidney kilogram kilograms kind kit kits knee knees knowledge lab label labeling labels laboratory
  lack lake land language languages large laser late law layer lead leader leads leaf learn learning leave leaves
  left leg legs length lengths lesion lesions lesson let letter level library lie life lifestyle lift light like
  limb limbs limit limitation line linear lines link lip liquid list listen literature live liver lives load loading
  local location locations log logs long look loss lost love low lunch lung lungs machine mail main make male males
  man manage management manager managers map maps margin mark marker markers marriage married mass massage match
  mate material maternal math matrix matter maximum meal meals mean meaning means measure measurement measuring
  mechanism media medication medications medicine medicines meet member memory men message metal meter meters method
  methodologies methodology methods microscope mid middle midpoint migration milk mimic mind mineral minerals
  minimum minute mirror mitigate mixing mixture mm mmol mobile modalities modality mode model modeled modeling
  modelled modelling models modes modified moisture molecule molecules moment money monitor monitors month mood
  morning morphology mortality mother mothers motion motivation motor mouth movement multidisciplinary multiple
  multiplicity multivariate muscle muscles muscular music name nation national native natural nature neck need
  needle needles negative neighbor nerve nerves nervous net network neurology neutral night node nodes noise nominal
  normal nose note novel nowadays null number numbers nurse nutrient nutrients nutrition object objective objectives
  observation observational occupation occurrence offer office offices oil old oncology open operation operator
  opinion opinions opportunity oral orally order organ organisation organisations organization organizations organs
  orientation origin outcome outcomes outlier outliers outline output overlap overweight owner oxygen pace pad page
  pages pain pair panel paper parallel parameter parameters parent parents park part participant participants
  participation particle particles partner partnership party passage past path pathway pathways patient patients
  pattern peak peaks pediatrics peer peers people percent percentage perception perceptions performance period
  periods persistence person personal personality personnel persons perspective phase phone photo photograph
  physical physician physics picture piece pill pills pilot place placement plain plan plane planning plans plant
  plastic plate plateau platform play plot point policies policy poor population populations portable position
  positive possibility post potential power practice pre precision predetermined predicted prediction preference
  pregnancies pregnancy prenatal presence present presentation press pressure pressures prevalence prevent
  prevention price primary principle print privacy probabilities probability probe problem procedure procedures
  process processes product production products profession professional professionals profile prognosis program
  programme programmes programs progress progression project property proportion proportions proposal protection
  protein proteins protocol protocols proximal proximity psychologist psychologists psychology public publication
  pulse pump pure purified purity purpose purposes quality quantity quarter question questionnaire questionnaires
  race radical radiology rain random range ranges rank rapid rate rates ratio ratios raw reach reaction reactions
  read reader reading reason recall reciprocal recognition record recording recruitment red reduction reductions
  reference reflection reflex refugee regeneration region regions registry regulatory reinforcement relation
  relationship relaxation relevance reliability relief religion remodeling report representation representative
  representatives reproductive research researcher researchers resistance resistant resolution resource respect
  response responses responsiveness rest resting result results retention retrieval return reverse review reward
  right rigid risk river road role roles room root rotation round route row rule run running runs rural safety sale
  salt sample samples sampling sand satisfaction scale scales scan scans scene schedule school science sciences
  scientist score scores screen screening sea search season seat sec seconds secretion section sections security
  sedentary seeing segment segments selection self sensation sensations sense sensitive sensor sensors sentence
  separated sequence sequences series serum service session set sets setting severity sex sexes sexual sexually
  shape share sharp she sheet shift ship shock shop short shoulder show side sign signal signals silence
  similarities similarity simple single sister sit site sitting situation size skewed skill skills skin sleep slope
  small smell smoke smoker smokers smoking snow social society software soil sole solid solution solutions son song
  sound source sources space species specificity spectrum speech speed spine spontaneous sport spread spring stable
  staff stage staining standard standardised standardization standardized standards standing star start state
  statement states statistic statistics status stay stem step sterile stick stimulator stimuli stimulus stomach
  stone storage store story strain strains strategy strength stress stressor stressors strong structure structured
  student studies study style styles subject substance substitution success such sugar suggestion suicide suit sum
  summary summer sun superficial superior supervision supplies supply support suppressed surface surgeon surgeries
  surgery surrounding survey surveys survival suspended suspension sustainability sustained sweat sweet swelling
  swimming switch symbol symptom symptoms syndrome syndromes synthesis system systematic systems table tables talk
  tap target task taste tea teach teacher teaching team tear technique techniques technologies technology teeth
  telephone temperature ten tension term test testing tests text theme theories theory therapies therapy thinking
  threat three threshold thresholds throat time tip tips tired tissue tissues titrated tobacco today tolerance tone
  tongue tool tools tooth top topic total touch touching town toxic toxicities toxicity trace track tract trade
  trainer training trait transcript transcripts transfer transformation transient transition translation
  translational transmission transmitted transport transportation trauma travel treatment treatments tree trend
  trial trials trigger triggers trimester trip true trunk trust truth tube tubes turn twin type ulcer ulcers
  uncertainty understanding unit units universal university unknown uptake urban urine use user vaccine validation
  validity value values variability variable variables variation variations vegetable vegetables vein version vessel
  vessels video view violence virus vision visit visual visualization vitamin vitamins voice volume volumes vote
  vulnerable waist wait waiting walk walking wall war warm warning washing waste watch water wave waves way weak
  weather website websites wedding week weighing weight weights welfare wellbeing western wet wheel white wife wind
  window winter wish withdrawal withdrawals withdrawn woman women wood word words work worker works world worship
  wound wrist write writing wrong year years yes yield young youth zone
`);

function keysOf(words: string): ReadonlySet<string> {
  return new Set(wordKeys(words));
}

const keyOf = (word: string): string => wordKeys(word).join('');

/** A word that joins others: no term begins or ends with one. */
export function isFunctionWord(word: string): boolean {
  return FUNCTION_WORDS.has(keyOf(word));
}

/** A word that everybody knows and nobody wants to have explained while reading; two or three capitals are an abbreviation. */
export function isEveryday(word: string): boolean {
  if (/^\p{Lu}{2,3}(?!\p{L}{2})/u.test(word)) return false;
  const key = keyOf(word);
  return FUNCTION_WORDS.has(key) || EVERYDAY_WORDS.has(key);
}
