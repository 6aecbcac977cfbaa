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
  able abnormal absent abstract abuse acceptance access accident accidents account accreditation accuracy
  acquisition act action activate activation active activity acute adapt adaptation add addition additive adds
  adjust adult adults advance affective age aged agent agents ages aggressive aging ago aid aids aim aims air
  alcohol algorithm alteration alterations amplitude analyse analysis analyze anatomy anger animal animals answer
  anterior appetite applicability application applications approach area arm arms art article ask asking asks assay
  assays assessment assessments association associations athlete athletes attachment attempt attending attention
  attitude attitudes atypical audit author authors autonomy average averages avoidance awareness baby back
  background bad balance ball band bandage bands bar bars base baseline basic bath battery bean beans beat bed
  behavior behavioral behaviors behaviour behavioural behaviours belief beliefs benefit biological biology birth
  births block blocking blood board bodies body bold bone bones book border bovine bowl box boxes boy brain branch
  bread break breakdown breakfast breast breath breathing buffer build building bus business butter calf calibration
  calorie calories camera cane cap capacity car card cards care carer carers carry case cases cat cattle cause
  causes cell cells census center central centre cereal cereals certain chair chance chances change changes channel
  channels chapter characteristic characteristics charge chart check checklist cheese chemical chemistry chest
  chicken child childbirth children chocolate choice circle circulation cities city claim class classes
  classification clean clear clearance client clinic clinical clinicaltrials clock close closed closure cloth
  clothing cluster clusters code coffee coil cold colleague colleagues collect collection color colour column
  combination comment comments commerce communication communications communities community companies company
  comparison complaint complement complete complex compliance complication complications component components
  composition compound compounds comprehension computer computers concentrate concentrated concentration
  concentrations concept conception concepts concern conclusion conclusions condition conditions confidence
  confidential confidentiality conflict conflicts confusion connection conscious consciousness consensus consent
  construct construction consultation consultations consumer contact container containers contamination content
  context contrast contrasts control controls conversation cook cooking cope coping copy core corn corner cost costs
  cough count countries country countryside counts couple course cover covers cow cramp cream create criteria crop
  cross crutch crutches culture cultures cup cure current curriculum curve cut cutoff cutting cycle cycling daily
  damage dance danger dark data database databases dataset datasets date dates day daycare days dead deal death
  deaths decision decisions decline decrease deep define degradation degree demand demographic demographics density
  department dependence depth design detail detect detection determinant determinants develop development
  developments device diagnose diagnoses diagnosis diary diet diets difference differentiated difficulty digestion
  digital dilution dimension direct direction disabilities disability discharge discomfort discrepancies discrepancy
  discrimination discussion discussions disease diseases disorder disorders displacement distal distance distress
  distribution distributions district diversity doctor document dog dogs doi domain domains dominance dominant don
  donor donors door dose doses double downstream drain drape draw dream dressing drink drinking drinks drive drop
  dropout dropouts drug drugs dry duration durations duty ear early ears earth ease eat eating echo ecological
  economy edge editor education effect effective effectiveness effects efficacy efficiency effort egg eggs eight
  elbow element elements elevation eligibility elimination emergency emerging emotion emotions empirical employed
  employment empowerment end endemic endpoint endpoints energy enhanced enjoyment entry envelope envelopes
  environment environments epidemic equine equipment eradication error errors essay etc ethical ethics ethnic
  ethnicity evaluation evaluations evening event events evidence evolution examination example examples exercise
  exercises exhaustion expectancy expectation experience experiment experiments expert exposure exposures expressed
  expression expressions extension extract extraction extracts extremities extremity eye eyes eyesight face faces
  facial facilitate facilitator facilitators facilities facility fact factor factors failure fall falling false
  families family fan farm fast fasted fasting fat father fatigue fear feature features fed feed feedback feeding
  feel feeling feet female females fiction field fields figure file fill film final find finding findings finger
  finished fire fish fit five fixation flat floor flow fluid fluids follow followed food foods foot force forearm
  form forward four fracture fractures framework free frequencies frequency fresh friend friends front fruit fruits
  full fullness fun function functions funding future gain gambling game gap gaps garden gas gel gen gender genders
  gene general generalisability generalizability generalize genes genetic geometric girl glass glasses goal goals
  gold good government gown grade grades grading grain grant graph gray great green grey grid ground group groups
  grow growth guide guideline guidelines habit habits hair half hand handover hands happy hard hazard he head health
  hearing heart heat heavy height held helmet help high hip his history hold holiday home homogeneous hope hormone
  hormones horse hospital hospitalisation hospitalization hospitalizations hospitals host hot hour house household
  households human humans hunger husband hygiene hypotheses hypothesis ice idea image imagery imaging impact impacts
  implementation importance improvement inactivity incentive incentives incidence incidences income increase
  incubation index indication indications indicator indicators indirect individual industry infant infection
  infections infectious inference inferences information ingredient ingredients inheritance inhibition initiation
  injection injections injuries injury input insertion institution instruction instrument instruments insurance
  intake intakes integration intelligence intensities intensity intention interaction interactions intercept
  interest interests intermediate intern international internet internship interpretation interpretations interval
  intervals intervention interventional interventions interview interviews introduction invasive investigation
  investigations investigator iron island isolate isolation issue item jail job join joint joints journal journals
  judgment juice jump junction key kidney kilogram kilograms kind kit kits knee knees knowledge lab label labeling
  labels labor laboratory labour lack lake land language languages large laser late law layer lead leader leadership
  leads leaf learn learning leave leaves left leg legs length lengths lesion lesions lesson let letter level library
  lie life lifestyle lift light like likelihood limb limbs limit limitation line linear lines link lip liquid list
  listen literacy literature live liver lives livestock load loading local location locations log logs loneliness
  long look loss lost love low lunch lung lungs machine mail main make male males man manage management manager
  managers map maps margin mark marker markers marriage married masking mass massage match mate material maternal
  math matrix matter maximum meal meals mean meaning means measure measurement measuring meat mechanism media
  mediation mediator medication medications medicine medicines meet member memory men message metal meter meters
  method methodologies methodology methods mice microscope mid middle midpoint migrant migrants migration milk mimic
  mind mineral minerals minimum minute mirror mitigate mixing mixture mm mmol mobile modalities modality mode model
  modeled modeling modelled modelling models moderator modes modified moisture molecule molecules moment money
  monitor monitors monkey monkeys month mood morning morphology mortality mother mothers motion motivation motor
  mouse mouth movement multidisciplinary multiple multiplicity multivariate muscle muscles muscular music name
  nation national native natural nature neck need needle needles negative neighbor nerve nerves nervous net network
  neurology neutral night node nodes noise nominal normal nose note novel nowadays null number numbers nurse nurses
  nursing nutrient nutrients nutrition object objective objectives observation observational occupation occurrence
  offer office offices oil old oncology open operation operator opinion opinions opportunity oral orally order organ
  organisation organisations organization organizations organs orientation origin outcome outcomes outlier outliers
  outline output overlap overweight owner oxygen pace pad page pages pain pair panel paper parallel parameter
  parameters parent parents park part participant participants participation particle particles partner partnership
  party passage past path pathway pathways patient patients pattern peak peaks pediatrics peer peers people percent
  percentage perception perceptions performance period periods persistence person personal personality personnel
  persons perspective pharmacy phase phone photo photograph physical physician physics picture piece pig pigs pill
  pills pilot place placement plain plan plane planning plans plant plastic plate plateau platform play plot point
  policies policy poor population populations portable position positive possibility post potential power practice
  pre precision predetermined predicted prediction preference pregnancies pregnancy prenatal prescription
  prescriptions presence present presentation press pressure pressures prevalence prevent prevention price primary
  principle print prior prison privacy probabilities probability probe problem procedure procedures process
  processes product production products profession professional professionals profile prognosis program programme
  programmes programs progress progression project property proportion proportions proposal protection protein
  proteins protocol protocols proximal proximity psychologist psychologists psychology public publication pulse pump
  pure purified purity purpose purposes quality quantity quarter question questionnaire questionnaires rabbit race
  radical radiology rain random range ranges rank rapid rat rate rates ratio ratios rats raw reach reaction
  reactions read reader reading reason recall recipient recipients reciprocal recognition recommendation
  recommendations record recording recovery recruitment red reduction reductions referee reference referral
  reflection reflex refugee regeneration region regions registry regulatory reinforcement relation relationship
  relaxation relevance reliability relief religion reminder reminders remodeling report representation
  representative representatives reproductive research researcher researchers residency resistance resistant
  resolution resource respect response responses responsiveness rest resting result results retention retirement
  retrieval return reverse review reviewer reward rice right rigid risk river road robot role roles room root
  rotation round route row rule run running runs rural safety sale salt sample samples sampling sand satisfaction
  scale scales scan scans scene schedule school science sciences scientist score scores screen screening sea seafood
  search season seat seatbelt sec seconds secretion section sections security sedentary seeing segment segments
  selection self sensation sensations sense sensitive sensor sensors sentence separated sequence sequences series
  serum service session set sets setting severity sex sexes sexual sexually shape share sharp she sheep sheet shift
  ship shock shop short shoulder show side sight sign signal signals silence similarities similarity simple
  simulation single sister sit site sitting situation size skewed skill skills skin sleep slope slum small smell
  smoke smoker smokers smoking snack snow social society soda software soil sole solid solution solutions son song
  sound source sources space species specificity spectacles spectrum speech speed spine sponsor spontaneous sport
  spouse spread spring stable staff stage staining stakeholder stakeholders standard standardised standardization
  standardized standards standing star start state statement states statistic statistics status stay stem step
  sterile stick stiffness stimulator stimuli stimulus stitches stomach stone storage store story strain strains
  strategy strength stress stressor stressors stretching strong structure structured student studies study style
  styles subject substance substitution success such sugar suggestion suicide suit sum summary summer sun sunlight
  superficial superior supervision supplies supply support suppressed surface surgeon surgeries surgery surrounding
  survey surveys survival survivor survivors suspended suspension sustainability sustained sweat sweet swelling
  swimming switch symbol symptom symptoms syndrome syndromes synthesis system systematic systems table tables talk
  tap target task taste tea teach teacher teaching team teamwork tear technician technique techniques technologies
  technology teeth telephone temperature ten tension term test testing tests text theme theories theory therapies
  therapy thermometer thinking threat three threshold thresholds throat thumb tick time tip tips tired tissue
  tissues titrated tobacco today toddler toe tolerance tone tongue tool tools tooth toothbrush toothpaste top topic
  total touch touching town toxic toxicities toxicity trace track tract trade trainer training trait transcript
  transcripts transfer transformation transient transition translation translational transmission transmitted
  transport transportation trauma travel treadmill treatment treatments tree trend trial trials trigger triggers
  trimester trip true trunk trust truth tube tubes turn twin type ulcer ulcers uncertainty understanding unit units
  universal university unknown uptake urban urine use user vaccine validation validity value values variability
  variable variables variation variations vegetable vegetables vein version vessel vessels victim video view
  vignette violence virus vision visit visual visualization vitamin vitamins voice volume volumes volunteer
  volunteers vote vulnerable waist wait waiting walk walker walking wall war ward warm warning washing waste watch
  water wave waves way weak weakness weather website websites wedding week weighing weight weighting weights welfare
  wellbeing western wet wheat wheel white wife wind window winter wish withdrawal withdrawals withdrawn woman women
  wood word words work worker workload workplace works world worship wound wrist write writing wrong year years yes
  yield young youth zone
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
