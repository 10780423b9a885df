/** Families of query templates, per benchmark in the order of `benchmarks`: invented stand-ins for the real questions. */
interface Topic {
  readonly templates: readonly string[];
  readonly slots: Readonly<Record<string, readonly string[]>>;
}

const colours = ['red', 'blue', 'green', 'yellow', 'grey', 'purple', 'orange', 'cyan'];
const people = ['Ada', 'Noor', 'Ivan', 'Mei', 'Lucía', 'Kofi', 'Sven', 'Priya', 'Tomás', 'Yuki'];
const languages = ['Python', 'C++', 'Java', 'Rust', 'TypeScript', 'Go'];

const arcAgi: readonly Topic[] = [
  {
    templates: [
      'Grid {5-20}×{5-20}: every {colour} cell with {1-4} {colour} neighbours turns {colour}. Give the output grid for test {1-9}.',
      'In a {5-20} by {5-20} grid, cells that touch {2-5} {colour} cells become {colour} while {colour} ones stay. What is the result?',
    ],
    slots: { colour: colours },
  },
  {
    templates: [
      'The {colour} shape in the training pairs is mirrored along the {axis} axis and shifted by {1-6}. Apply this to the {5-20}-wide test grid.',
      'Reflect each {colour} figure across the {axis} line, then recolour it {colour}. Output the {5-20}×{5-20} grid.',
    ],
    slots: { colour: colours, axis: ['horizontal', 'vertical', 'diagonal', 'anti-diagonal'] },
  },
  {
    templates: [
      'Gravity pulls {colour} blocks {way} until they hit a {colour} wall. The grid has {6-25} rows. Draw where each block lands.',
      'Let every {colour} object fall {way}; those of more than {2-6} cells turn {colour}. Return the final {6-25}-row grid.',
    ],
    slots: { colour: colours, way: ['down', 'up', 'left', 'right'] },
  },
  {
    templates: [
      'Count the {colour} rectangles with a hole. Output a {1-5}-column grid filled with {colour} for each of the {2-9} found.',
      'How many enclosed {colour} regions does pair {1-9} show? Answer as a row of {colour} pixels, at most {5-15} long.',
    ],
    slots: { colour: colours },
  },
  {
    templates: [
      'Continue the {pattern} of {colour} and {colour} cells with period {2-7} until the border of the {8-30}×{8-30} grid.',
      'A {pattern} tiling in {colour} was damaged by {colour} noise; restore the {8-30}-cell square it covers.',
    ],
    slots: { colour: colours, pattern: ['checkerboard', 'spiral', 'staircase', 'zigzag', 'concentric squares'] },
  },
];

const gpqa: readonly Topic[] = [
  {
    templates: [
      'A {particle} with kinetic energy {10-900} MeV enters a uniform magnetic field of {2-9} T. Which of the four radii of curvature is correct?',
      'What is the first-order energy shift of the n = {1-7} level when a {particle} in a box of {2-90} nm feels a perturbation V₀ = {1-50} meV?',
    ],
    slots: { particle: ['proton', 'muon', 'positron', 'kaon', 'deuteron', 'pion'] },
  },
  {
    templates: [
      'Which product forms when {reagent} reacts with {substrate} at {20-180} °C, and how many stereoisomers are obtained?',
      'Compound {substrate} shows {2-9} signals in ¹³C NMR after treatment with {reagent}. Identify the product after {1-12} h.',
    ],
    slots: {
      reagent: ['LiAlH₄', 'OsO₄', 'PCC', 'mCPBA', 'DIBAL-H', 'NaBH₄', 'BBr₃'],
      substrate: ['cyclohexenone', '2-methylbutanal', 'norbornene', 'anisole', 'ethyl acetoacetate', 'limonene'],
    },
  },
  {
    templates: [
      'In {organism}, a mutation at position {10-800} of the gene for {protein} abolishes binding. Which pathway is affected most?',
      'A knock-out of {protein} in {organism} reduces expression {2-40}-fold. Which epigenetic mark explains it at locus {1-99}?',
    ],
    slots: {
      organism: ['zebrafish', 'yeast', 'Drosophila', 'Arabidopsis', 'E. coli', 'mouse'],
      protein: ['cyclin B', 'p53', 'β-catenin', 'Notch', 'histone H3', 'Hsp90'],
    },
  },
  {
    templates: [
      'An exoplanet of {1-15} Earth radii transits a {star} every {2-400} days. What is the ratio of equilibrium temperatures?',
      'The spectrum of a {star} at {5-900} pc shows a redshifted line at {380-780} nm. Which radial velocity follows?',
    ],
    slots: { star: ['K dwarf', 'G dwarf', 'red giant', 'white dwarf', 'B star', 'M dwarf'] },
  },
];

const hle: readonly Topic[] = [
  {
    templates: [
      'Let G be a finite {kind} group of order {100-9999}. How many conjugacy classes of maximal subgroups of index {2-60} can it have?',
      'Compute the {ordinal} homotopy group of the {space} of dimension {3-12}, modulo {2-7}-torsion.',
    ],
    slots: {
      kind: ['solvable', 'simple', 'nilpotent', 'perfect', 'metabelian'],
      ordinal: ['second', 'third', 'fourth', 'fifth', 'sixth'],
      space: ['lens space', 'Stiefel manifold', 'Grassmannian', 'flag manifold', 'loop space'],
    },
  },
  {
    templates: [
      'Translate line {1-40} of this {script} inscription from the {3-19}th year of the king and name the grammatical mood of its verb {1-6}.',
      'Which {script} sign, number {2-300} in the standard list, has the reading that closes syllable {1-8} of the royal name?',
    ],
    slots: { script: ['Palmyrene', 'Linear A', 'Ugaritic', 'Old Persian', 'Meroitic', 'Luwian'] },
  },
  {
    templates: [
      'How many paired tendons attach to the sesamoid of a {bird} in its {2-9}th week, given the {1-30} mm specimen described?',
      'In the {bird}, which cranial nerve innervates muscle {1-24} of plate {2-50}, and from which arch does it develop?',
    ],
    slots: { bird: ['hummingbird', 'kiwi', 'hoatzin', 'cassowary', 'swift', 'penguin', 'ibis'] },
  },
  {
    templates: [
      'White to move and mate in {3-9} in this {piece} endgame with {2-6} pawns; the king stands on {file}{1-8}. Give the key move.',
      'Position {10-990}: {piece} and {2-6} pawns against a rook, Black king on {file}{1-8}. What does the tablebase say?',
    ],
    slots: {
      piece: ['knight', 'bishop', 'queen', 'two-bishop', 'rook'],
      file: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
    },
  },
  {
    templates: [
      'A quantum error-correcting {code} code encodes {1-12} logical qubits in {13-200}. Derive its distance under noise of bias {2-99}.',
      'For the {code} Hamiltonian on a torus of {4-40} × {4-40} sites, what is the ground-state degeneracy with {1-6} twist defects?',
    ],
    slots: { code: ['toric', 'colour', 'Bacon–Shor', 'hypergraph product', 'Haah', 'Floquet'] },
  },
];

const liveCodeBench: readonly Topic[] = [
  {
    templates: [
      'You are given an array nums of length n ≤ {1000-99999} and an integer k = {2-60}. Return the {what} subarray whose sum is divisible by k. Write it in {language}.',
      'Write a {language} function that counts the {what} subarrays of at most {10-900} elements with at least {2-60} distinct values.',
    ],
    slots: { language: languages, what: ['longest', 'shortest', 'most frequent', 'lexicographically smallest'] },
  },
  {
    templates: [
      'Given a weighted {graph} graph with {100-9000} nodes, find the cheapest walk that visits {2-15} marked nodes. {language} solution, O(m log n).',
      'A {graph} graph loses one edge a day for {3-400} days. After each day print the number of components; q ≤ {1000-90000}. Use {language}.',
    ],
    slots: { language: languages, graph: ['directed', 'undirected', 'bipartite', 'planar', 'functional'] },
  },
  {
    templates: [
      'How many strings of length {5-500} over {2-26} letters avoid the pattern "{pattern}"? Answer modulo 998244353, in {language}.',
      'Given a string s of up to {1000-90000} characters, delete at most {1-20} of them so that "{pattern}" occurs as often as possible. Write {language}.',
    ],
    slots: { language: languages, pattern: ['aba', 'abc', 'aab', 'abab', 'zz', 'xyx'] },
  },
  {
    templates: [
      'Implement a {structure} in {language} with insert, erase and k-th smallest in O(log n) for q ≤ {1000-90000} operations and keys below {100-9999}.',
      'Design a {structure} with lazy updates: add {1-99} on a range, assign on a range, query the minimum; n ≤ {1000-90000}. Submit {language}.',
    ],
    slots: {
      language: languages,
      structure: ['segment tree', 'treap', 'Fenwick tree', 'skip list', 'van Emde Boas tree'],
    },
  },
  {
    templates: [
      '{person} and {person} alternately take {1-9} to {10-30} stones from {2-40} piles. Who wins if both play perfectly? Print the winner in {language}.',
      '{person} splits {10-9000} coins into bags so that any amount up to {50-9999} can be paid. Output the least number of bags ({language}).',
    ],
    slots: { language: languages, person: people },
  },
  {
    templates: [
      'A grid of {10-900} × {10-900} has {2-400} walls. A robot moves {moves}; return the least time to leave it, in {language}.',
      'Fill a {4-60} × {4-60} board with {shape} tiles so that no two equal colours out of {3-9} touch. Count the ways modulo 10⁹+7, {language}.',
    ],
    slots: {
      language: languages,
      moves: ['like a knight', 'diagonally', 'in straight lines', 'one step a second'],
      shape: ['L', 'T', 'domino', 'S'],
    },
  },
];

const simpleQa: readonly Topic[] = [
  {
    templates: [
      'In which year was {person} {surname}, the {job}, awarded the {prize}?',
      'Who received the {prize} in {1905-2023} together with the {job} {person} {surname}?',
    ],
    slots: {
      person: people,
      surname: ['Okafor', 'Lindqvist', 'Haddad', 'Moreau', 'Tanaka', 'Petrov', 'Silva', 'Byrne'],
      job: ['chemist', 'novelist', 'architect', 'botanist', 'composer', 'economist'],
      prize: ['Wolf Prize', 'Copley Medal', 'Pritzker Prize', 'Fields Medal', 'Kyoto Prize', 'Abel Prize'],
    },
  },
  {
    templates: [
      'What was the population of {town} in the {1900-2020} census?',
      'On what day in {1900-2020} was the town hall of {town} opened, and by which mayor?',
      'How many metres above sea level is the railway station of {town}, opened in {1850-1950}?',
    ],
    slots: {
      town: ['Ullapool', 'Mazamet', 'Gmünd', 'Tavira', 'Kuressaare', 'Sligo', 'Piran', 'Nuoro', 'Akureyri', 'Zadar'],
    },
  },
  {
    templates: [
      'Which album did the band {band} release in {1965-2020}, and on what date?',
      'Who played {instrument} on track {1-14} of the {1965-2020} album by {band}?',
    ],
    slots: {
      band: ['The Tin Meridian', 'Oslo Parade', 'Glass Harbour', 'Nine Lanterns', 'Velvet Quarry', 'Low Tide Radio'],
      instrument: ['drums', 'bass', 'cello', 'trumpet', 'organ', 'violin'],
    },
  },
  {
    templates: [
      'Who scored the {ordinal} goal in the {1950-2022} final between {country} and {country}?',
      'How many yellow cards were shown in the {1950-2022} match of {country} against {country} after minute {1-90}?',
    ],
    slots: {
      ordinal: ['first', 'second', 'third', 'last'],
      country: ['Uruguay', 'Hungary', 'Sweden', 'Chile', 'Ghana', 'Japan', 'Austria', 'Peru'],
    },
  },
];

/** Long, as dialogues are; the six desks share their manner but little of their words. */
const tau2: readonly Topic[] = [
  {
    templates: [
      'You are the airline agent; obey the policy and call one tool at a time. {person} wants flight {code}{100-999} moved to {day}, keeps seat {1-38}{seat} and has {1-4} checked bags. May the change be made, at what fee, and from which card?',
      'You are the airline agent; obey the policy and call one tool at a time. Storm: flight {code}{100-999} on {day} is delayed by {2-9} hours and {person}, seat {1-38}{seat}, asks for a new connection and a voucher for {1-4} passengers.',
    ],
    slots: {
      person: people,
      code: ['HT', 'QX', 'ZK', 'BL'],
      day: ['Monday', 'Friday', 'Sunday'],
      seat: ['A', 'B', 'C', 'D', 'E', 'F'],
    },
  },
  {
    templates: [
      'You are the airline agent; obey the policy and call one tool at a time. Refund reservation {code}{1000-9999} of {person}: booked {2-40} hours ago in {cabin}, insurance {insured}, member level {level}. Cancel only if the rules allow it.',
      'You are the airline agent; obey the policy and call one tool at a time. {person}, a {level} member with reservation {code}{1000-9999} in {cabin}, insurance {insured}, demands compensation of ${50-900}. Decide, then act.',
    ],
    slots: {
      person: people,
      code: ['RES', 'LOC', 'PNR'],
      cabin: ['basic economy', 'economy', 'business'],
      insured: ['bought', 'declined'],
      level: ['gold', 'silver', 'regular'],
    },
  },
  {
    templates: [
      'You are the retail agent; verify the identity first, then use the tools. {person}, zip {10000-99999}, exchanges the {item} of order #W{1000000-9999999} for {variant}, and returns {1-5} other items to the original card.',
      'You are the retail agent; verify the identity first, then use the tools. In order #W{1000000-9999999} of {person}, zip {10000-99999}, the {item} is missing; offer {variant} or a refund, whichever the catalogue has.',
    ],
    slots: {
      person: people,
      item: ['desk lamp', 'backpack', 'water bottle', 'keyboard', 'jigsaw puzzle', 'jacket'],
      variant: ['a larger size', 'another colour', 'the newer model', 'the cheapest kind'],
    },
  },
  {
    templates: [
      'You are the retail agent; verify the identity first, then use the tools. Pending order #W{1000000-9999999}: {person} moved house; change the delivery address to {1-900} {street}, and pay with {method} instead, if still possible.',
      'You are the retail agent; verify the identity first, then use the tools. {person} of {1-900} {street} cancels pending order #W{1000000-9999999} because it was {reason}; return the money to {method} and confirm by mail.',
    ],
    slots: {
      person: people,
      street: ['Elm Street', 'Harbour Road', 'Station Square', 'Mill Lane'],
      method: ['a gift card', 'PayPal', 'the credit card'],
      reason: ['ordered by mistake', 'no longer needed'],
    },
  },
  {
    templates: [
      'You are the telecom agent; guide the user through the device checks. Line {1000-9999} of {person} shows no {service} for {2-20} hours; the {phone} phone is in {mode} mode with {1-30} GB left. Restore it, step by step.',
      'You are the telecom agent; guide the user through the device checks. Abroad in {country} with a {phone} phone in {mode} mode, {person}, line {1000-9999}, lost {service}. Find out which setting is to blame.',
    ],
    slots: {
      person: people,
      service: ['mobile data', 'picture messages', 'roaming', 'signal'],
      phone: ['dual-SIM', 'locked', 'refurbished', 'company'],
      mode: ['airplane', 'data saver', 'VPN', 'battery saver'],
      country: ['France', 'Japan', 'Brazil', 'Canada'],
    },
  },
  {
    templates: [
      'You are the telecom agent; guide the user through the device checks. Bill {1000-9999} of {person} is overdue by ${10-300} and the line is suspended for {reason}; take the payment, reboot, and resume plan {plan}.',
      'You are the telecom agent; guide the user through the device checks. {person} refuels {1-9} GB on plan {plan}, disputes ${10-300} on bill {1000-9999}, and was suspended for {reason}. What may be done now?',
    ],
    slots: {
      person: people,
      reason: ['an expired contract', 'unpaid bills', 'a lost card'],
      plan: ['Basic', 'Premium', 'Family', 'Unlimited'],
    },
  },
];

export const benchmarkTemplates: readonly (readonly Topic[])[] = [arcAgi, gpqa, hle, liveCodeBench, simpleQa, tau2];
