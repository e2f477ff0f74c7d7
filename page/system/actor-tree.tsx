import type { ReadonlySignal } from '@preact/signals';
import { useState } from 'preact/hooks';
import { countText } from '../parts/words.ts';
import { ActorName, ActorState, Rate } from './actor-parts.tsx';
import { type ActorNode, countOutermost } from './actors.ts';
import { MemberList } from './member-list.tsx';

/** Pools with more members than this are folded. */
const FEW_MEMBERS = 8;
const COLUMNS = 5;

interface TreeProps {
  roots: readonly ActorNode[];
  rates: ReadonlySignal<ReadonlyMap<string, number>>;
}

/** Who hosts whom, and what each is at. */
export function ActorTree({ roots, rates }: TreeProps) {
  const [unfolded, setUnfolded] = useState<ReadonlyMap<string, boolean>>(new Map());
  const rows = (node: ActorNode, depth: number) => {
    const { actor, members } = node;
    const isPool = depth > 0 && members.length > 0;
    const isLarge = members.length > FEW_MEMBERS;
    const isOpen = unfolded.get(actor.name) ?? !isLarge;
    const flip = () => setUnfolded(new Map(unfolded).set(actor.name, !isOpen));
    return [
      <tr key={actor.session}>
        <th scope="row" style={{ paddingLeft: `${depth * 1.2 + 0.2}rem` }}>
          {isPool ? (
            <button type="button" class="fold" aria-expanded={isOpen} onClick={flip}>
              <span class="fold-sign" aria-hidden="true">
                {isOpen ? '▾' : '▸'}
              </span>
              <span class="visually-hidden">members of </span>
              {actor.name}
            </button>
          ) : (
            <span class={depth === 0 ? 'root' : 'leaf'}>
              <ActorName actor={actor} />
            </span>
          )}
        </th>
        <td class="col-state">
          <ActorState actor={actor} />
          {isPool && <span class="muted">, {membersText(members)}</span>}
        </td>
        <td class="col-rate">
          <Rate rates={rates} sessions={isPool && !isOpen ? sessionsOf(node) : [actor.session]} />
        </td>
        <td class="num col-received">{actor.received.toLocaleString('en')}</td>
        <td class="num col-restarts">
          {actor.restarts === 0 ? <span class="muted">0</span> : `↻ ${actor.restarts}`}
        </td>
      </tr>,
      ...(isPool && isOpen && isLarge
        ? [
            <tr key={`${actor.session} members`} class="pool">
              <td colSpan={COLUMNS}>
                <MemberList
                  label={`members of ${actor.name}`}
                  actors={members.map((member) => member.actor)}
                  rates={rates}
                />
              </td>
            </tr>,
          ]
        : []),
      ...(isOpen && !(isPool && isLarge)
        ? members.flatMap((member): preact.JSX.Element[] => rows(member, depth + 1))
        : []),
    ];
  };
  return (
    <table class="tree">
      <thead>
        <tr>
          <th scope="col">Actor</th>
          <th scope="col" class="col-state">
            State
          </th>
          <th scope="col" class="col-rate">
            Events a second
          </th>
          <th scope="col" class="num col-received">
            Events
          </th>
          <th scope="col" class="num col-restarts">
            Restarts
          </th>
        </tr>
      </thead>
      <tbody>{roots.flatMap((root) => rows(root, 0))}</tbody>
    </table>
  );
}

const sessionsOf = ({ actor, members }: ActorNode): string[] => [
  actor.session,
  ...members.map((member) => member.actor.session),
];

const membersText = (members: readonly ActorNode[]): string => {
  const counts = countOutermost(members.map(({ actor }) => actor));
  const shown = counts.slice(0, 6).map(([state, count]) => `${count.toLocaleString('en')} ${state}`);
  return `${countText(members.length, 'member')}: ${shown.join(', ')}${counts.length > 6 ? ', …' : ''}`;
};
