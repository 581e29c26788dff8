import {
  Blend,
  Bone,
  Brush,
  ChevronLeft,
  ChevronRight,
  CircleCheckBig,
  Copy,
  Crosshair,
  Eraser,
  Eye,
  Layers2,
  EyeOff,
  Ghost,
  Maximize,
  MousePointer2,
  PaintBucket,
  Pentagon,
  PersonStanding,
  Redo2,
  Scan,
  Scissors,
  Search,
  Split as SplitIcon,
  Square,
  Trash2,
  UserRound,
  UserRoundPlus,
  WandSparkles,
  ZoomIn,
  ZoomOut,
} from '@lucide/vue'
import type { Command } from '../../commands/command.ts'

const when = ['editor'] as const
const editor = { group: 'Editor', when } as const
const view = { group: 'View', when } as const

const digits = Array.from({ length: 9 }, (_, at) => at + 1)

/** Nudging: what it moves is the tool's matter. */
const nudges: readonly Command[] = (['Left', 'Right', 'Up', 'Down'] as const).flatMap((way) => [
  {
    ...editor,
    id: `editor.nudge${way}`,
    title: `Nudge ${way.toLowerCase()}`,
    keys: [`Arrow${way}`],
    repeats: true,
    words: 'move joint box pixel',
  },
  {
    ...editor,
    id: `editor.push${way}`,
    title: `Nudge ${way.toLowerCase()} by ten`,
    keys: [`Shift+Arrow${way}`],
    repeats: true,
    words: 'move joint box pixels',
  },
])

const tools: readonly Command[] = [
  { ...editor, id: 'editor.tool.select', title: 'Select', keys: ['S'], icon: MousePointer2, words: 'tool pointer' },
  {
    ...editor,
    id: 'editor.tool.keypoints',
    title: 'Joints',
    keys: ['K'],
    icon: PersonStanding,
    words: 'tool keypoints skeleton pose',
  },
  { ...editor, id: 'editor.tool.box', title: 'Box', keys: ['W'], icon: Square, words: 'tool rectangle bounding' },
  { ...editor, id: 'editor.tool.brush', title: 'Brush', keys: ['B'], icon: Brush, words: 'tool paint mask parts' },
  { ...editor, id: 'editor.tool.eraser', title: 'Eraser', keys: ['E'], icon: Eraser, words: 'tool remove mask' },
  {
    ...editor,
    id: 'editor.tool.polygon',
    title: 'Polygon: add',
    keys: ['P'],
    icon: Pentagon,
    words: 'tool lasso outline',
  },
  {
    ...editor,
    id: 'editor.tool.polygonCut',
    title: 'Polygon: take away',
    keys: ['Shift+P'],
    icon: Scissors,
    words: 'tool subtract lasso outline',
  },
  { ...editor, id: 'editor.tool.fill', title: 'Fill', keys: ['G'], icon: PaintBucket, words: 'tool bucket flood' },
  {
    ...editor,
    id: 'editor.tool.edgeBrush',
    title: 'Edge-aware brush',
    keys: ['M'],
    icon: WandSparkles,
    words: 'tool magic smart wand colour',
  },
  {
    ...editor,
    id: 'editor.tool.depthInvalid',
    title: 'Depth: mark invalid',
    keys: ['J'],
    icon: Layers2,
    words: 'tool distance region normals surface',
  },
]

const gestures: readonly Command[] = [
  { ...editor, id: 'editor.redo', title: 'Redo', keys: ['Mod+Shift+Z', 'Mod+Y'], icon: Redo2 },
  { ...editor, id: 'editor.finish', title: 'Finish the polygon', keys: ['Enter'], words: 'close' },
  { ...editor, id: 'editor.cancel', title: 'Give up the gesture', keys: ['Escape'], words: 'cancel stop' },
  { ...editor, id: 'editor.removeLast', title: 'Remove the last corner or joint', keys: ['Backspace', 'Delete'] },
  { ...editor, id: 'editor.skip', title: 'Skip the joint: it cannot be placed', keys: ['Space'] },
  { ...editor, id: 'editor.visibility', title: 'Visible → hidden → absent', keys: ['V'], words: 'joint occluded' },
  { ...editor, id: 'editor.swapSides', title: 'Swap left and right', keys: ['X'], words: 'mirror flip joints' },
  {
    ...editor,
    id: 'editor.swapPair',
    title: 'Swap the joint with that of the other side',
    keys: ['Shift+X'],
    words: 'mirror flip pair left right',
  },
  {
    ...editor,
    id: 'editor.template',
    title: 'Skeleton template…',
    keys: ['Shift+K'],
    icon: Bone,
    words: 'joints limbs sides order rename add remove coco lsp mpii crowdpose',
  },
  {
    ...editor,
    id: 'editor.newTemplate',
    title: 'New skeleton template…',
    keys: ['Alt+Shift+K'],
    icon: Bone,
    words: 'joints task create add skeleton pose coco lsp mpii crowdpose',
  },
  { ...editor, id: 'editor.hull', title: 'Move and scale all joints', keys: ['U'], words: 'hull skeleton whole' },
  ...nudges,
]

const painting: readonly Command[] = [
  { ...editor, id: 'editor.smaller', title: 'Smaller brush', keys: ['['], repeats: true },
  { ...editor, id: 'editor.larger', title: 'Larger brush', keys: [']'], repeats: true },
  { ...editor, id: 'editor.brushShape', title: 'Round or square brush', keys: ['Shift+B'] },
  {
    ...editor,
    id: 'editor.splitPart',
    title: 'Split the part: smaller pieces go to the other side',
    keys: ['Y'],
    icon: SplitIcon,
    words: 'divide connected pieces left right',
  },
  {
    ...editor,
    id: 'editor.keepOthers',
    title: 'Keep other parts while painting',
    keys: ['R'],
    icon: Blend,
    words: 'replace underneath background only',
  },
  ...digits.map((digit): Command => ({
    ...editor,
    id: `editor.digit${digit}`,
    title: `Part or attribute ${digit}`,
    keys: [String(digit)],
    words: 'colour class answer',
  })),
]

const people: readonly Command[] = [
  { ...editor, id: 'editor.nextPerson', title: 'Next person of the image', keys: ['Tab'], icon: UserRound },
  {
    ...editor,
    id: 'editor.addPerson',
    title: 'New person: draw the box',
    keys: ['Shift+W'],
    icon: UserRoundPlus,
    words: 'add create',
  },
  {
    ...editor,
    id: 'editor.fitBox',
    title: 'Fit the box to the labels',
    keys: ['Mod+B'],
    icon: Scan,
    words: 'bounding rectangle mask joints shrink',
  },
  { ...editor, id: 'editor.duplicatePerson', title: 'Duplicate the person', keys: ['Mod+D'], icon: Copy },
  {
    ...editor,
    id: 'editor.deletePerson',
    title: 'Delete the person',
    keys: ['Shift+Delete'],
    icon: Trash2,
    words: 'remove',
  },
  {
    ...editor,
    id: 'editor.copyAnswers',
    title: 'Attributes as of the person before',
    keys: ['Shift+C'],
    words: 'copy previous',
  },
  {
    ...editor,
    id: 'editor.nextOpenAnswer',
    title: 'Next attribute without an answer',
    keys: ['Q'],
    words: 'question open unanswered',
  },
  { ...editor, id: 'editor.copy', title: 'Copy the person’s labels', keys: ['Mod+C'], icon: Copy },
  { ...editor, id: 'editor.paste', title: 'Paste labels onto the person', keys: ['Mod+V'] },
]

const queue: readonly Command[] = [
  {
    ...editor,
    id: 'editor.predict',
    title: 'Ask the network for the missing label',
    keys: ['Alt+G'],
    words: 'predict model unlabelled ghost',
  },
  { ...editor, id: 'editor.samePerson', title: 'Same person as…', keys: ['Shift+I'], words: 'identity gallery alike' },
  {
    ...editor,
    id: 'editor.mergePeople',
    title: 'Merge with the chosen look-alike',
    keys: ['Alt+M'],
    words: 'identity same person name',
  },
  { ...editor, id: 'editor.identity', title: 'Who is it…', keys: ['I'], words: 'identity name same person' },
  {
    ...editor,
    id: 'editor.propagate',
    title: 'Copy all people’s labels to the next image',
    keys: ['Mod+Shift+V'],
    words: 'propagate frame video',
  },
  { ...editor, id: 'editor.previous', title: 'Previous in the queue', keys: ['D'], icon: ChevronLeft, repeats: true },
  { ...editor, id: 'editor.next', title: 'Next in the queue', keys: ['F'], icon: ChevronRight, repeats: true },
  { ...editor, id: 'editor.nextUnlabelled', title: 'Next person without this label', keys: ['N'] },
  {
    ...editor,
    id: 'editor.verify',
    title: 'Verify and go on',
    keys: ['Mod+S'],
    icon: CircleCheckBig,
    words: 'save done next suspect',
    whileTyping: true,
  },
  {
    ...editor,
    id: 'editor.acceptHere',
    title: 'Accept the prediction of the joint or part',
    keys: ['A'],
    icon: Ghost,
    words: 'ghost model',
  },
  {
    ...editor,
    id: 'editor.acceptAll',
    title: 'Accept the whole prediction',
    keys: ['Shift+A'],
    icon: Ghost,
    words: 'ghost model',
  },
]

const looking: readonly Command[] = [
  { ...view, id: 'editor.fit', title: 'Fit the image', keys: ['Mod+0'], icon: Maximize },
  { ...view, id: 'editor.fitPerson', title: 'Fit the person', keys: ['Mod+9'], icon: Square },
  { ...view, id: 'editor.actualSize', title: 'Actual size', keys: ['Mod+1'], words: '100% pixels' },
  { ...view, id: 'editor.zoomIn', title: 'Zoom in', keys: ['+', '='], icon: ZoomIn, repeats: true },
  { ...view, id: 'editor.zoomOut', title: 'Zoom out', keys: ['-'], icon: ZoomOut, repeats: true },
  { ...view, id: 'editor.hideLabels', title: 'Show or hide labels', keys: ['H'], icon: EyeOff },
  { ...view, id: 'editor.othersLabels', title: 'Show or hide other people’s labels', keys: ['O'], icon: Eye },
  { ...view, id: 'editor.ghost', title: 'Show or hide the model’s prediction', keys: ['T'], icon: Ghost },
  { ...view, id: 'editor.crosshair', title: 'Crosshair', keys: ['C'], icon: Crosshair },
  { ...view, id: 'editor.loupe', title: 'Loupe', keys: ['L'], icon: Search, words: 'magnifier zoom' },
]

export const commands: readonly Command[] = [...tools, ...gestures, ...painting, ...people, ...queue, ...looking]
