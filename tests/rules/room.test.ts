import { colorOf } from '../../src/rules/color';
import * as rules from '../support/rules';
import type { Message, Moment, Outcome } from '../support/rules';
import type { Chat, Room, SocketRef } from '../../src/types/room';

const START = Date.UTC(2026, 0, 1);
const SECOND = 1_000;
const GRACES = { reconnectGrace: 15 * SECOND, emptyRoomGrace: 300 * SECOND };
const BOOK = { reconnectGrace: 0, emptyRoomGrace: 0 };

describe('a join', () => {
  it('takes a place and adds one join to the log', () => {
    const room = aRoom();
    room.enter('mina');
    expect(room.people()).toEqual(['mina']);
    expect(room.said()).toEqual(['join mina']);
    expect(room.log[0]).toMatchObject({
      seq: 1,
      user: 'system',
      userId: 'mina',
    });
  });

  it('is refused when the room is full, but not to people who are in it', () => {
    const room = aRoom({ max: 2 }).with('mina', 'jun');
    expect(room.enter('sol')).toBe('ROOM_FULL');
    expect(room.say('sol', 'http')).toBe('ROOM_FULL');
    expect(room.enter('jun', 'another tab')).toMatchObject({ id: 'jun' });
  });

  it('counts the place that is held for the creator', () => {
    const room = aRoom({ max: 2 }).with('jun');
    expect(room.enter('sol')).toBe('ROOM_FULL');
    expect(room.enter('mina')).toMatchObject({ id: 'mina' });
  });

  it('holds the place of the creator for 30 s', () => {
    const room = aRoom({ max: 2 });
    expect(room.now.dueAt).toBe(START + 30 * SECOND);
    room.wait(30 * SECOND).with('jun', 'sol');
    expect(room.people()).toEqual(['jun', 'sol']);
    expect(room.enter('mina')).toBe('ROOM_FULL');
  });

  it('is possible as soon as a place has ended, before any sweep', () => {
    const room = aRoom({ max: 2 }).with('mina', 'jun');
    room.drop('jun');
    expect(room.wait(14 * SECOND).enter('sol')).toBe('ROOM_FULL');
    expect(room.wait(1 * SECOND).enter('sol')).toMatchObject({ id: 'sol' });
    expect(room.said()).toEqual(['join mina', 'join jun', 'exit jun', 'join sol']);
  });

  it('gives different colors to two people whose ids have the same color', () => {
    const twin = twinOf('mina');
    const room = aRoom().with('mina', twin);
    expect(rules.colorIn(room.now, 'mina')).toBe(colorOf('mina'));
    expect(rules.colorIn(room.now, twin)).not.toBe(colorOf('mina'));
  });

  it('shows the color that a person would get before the place is taken', () => {
    const room = aRoom().with('mina');
    const promised = rules.colorIn(room.now, twinOf('mina'));
    expect(room.enter(twinOf('mina'))).toMatchObject({ color: promised });
  });

  it('is refused for the first of these reasons: room missing, person kicked, no password, room full', () => {
    const room = aRoom({ max: 2, password: 'hash' });
    room.admit('jun');
    const full = room.with('mina', 'jun').now;
    const secret = { ...full, admitted: ['mina'] };
    const barred = { ...secret, barred: ['sol'] };
    const closed = { ...barred, closedAt: START };
    const codes = [closed, barred, secret, { ...full, admitted: ['sol'] }].map((now) => {
      room.now = now;
      return [room.enter('sol'), room.say('sol', 'http')];
    });
    const expected = ['ROOM_NOT_FOUND', 'BARRED', 'NOT_ADMITTED', 'ROOM_FULL'];
    expect(codes).toEqual(expected.map((code) => [code, code]));
  });
});

describe('a person with several tabs', () => {
  it('is one person in one place', () => {
    const room = aRoom({ max: 2 }).with('mina', 'jun');
    room.enter('jun', 'tab 2');
    expect(room.now.count).toBe(2);
    expect(room.said()).toEqual(['join mina', 'join jun']);
  });

  it('stays while one tab is open, and is gone when the last one leaves', () => {
    const room = aRoom().with('mina', 'jun');
    room.enter('jun', 'tab 2');
    room.leave('jun');
    expect(room.people()).toEqual(['mina', 'jun']);
    room.leave('jun', 'tab 2');
    expect(room.people()).toEqual(['mina']);
    expect(room.said().slice(2)).toEqual(['exit jun']);
  });

  it('is gone with all tabs by the exit button of one page', () => {
    const room = aRoom().with('mina', 'jun');
    room.enter('jun', 'tab 2');
    room.leave('jun', 'all');
    expect(room.people()).toEqual(['mina']);
  });

  it('loses the oldest tab when a ninth one joins', () => {
    const room = aRoom().with('mina');
    for (let n = 2; n <= 9; n += 1) room.enter('mina', `tab ${String(n)}`);
    const sockets = rules.placeOf(room.now, 'mina')?.sockets.map(({ id }) => id);
    expect(sockets).toEqual([2, 3, 4, 5, 6, 7, 8, 9].map((n) => `mina, tab ${String(n)}`));
    expect(room.said()).toEqual(['join mina']);
  });

  it('stays when a tab goes that was already replaced', () => {
    const room = aRoom().with('mina');
    for (let n = 2; n <= 9; n += 1) room.enter('mina', `tab ${String(n)}`);
    const before = room.now;
    room.drop('mina');
    room.leave('mina');
    expect(room.now).toBe(before);
  });
});

describe('a lost connection', () => {
  it('is no exit when the person comes back in time: a refresh adds nothing to the log and keeps the order', () => {
    const room = aRoom().with('mina', 'jun', 'sol');
    room.drop('mina');
    room.wait(14 * SECOND).enter('mina', 'after the refresh');
    room.wait(3_600 * SECOND).tick();
    expect(room.people()).toEqual(['mina', 'jun', 'sol']);
    expect(room.now.ownerId).toBe('mina');
    expect(room.said()).toEqual(['join mina', 'join jun', 'join sol']);
  });

  it('is an exit when the person does not come back in time', () => {
    const room = aRoom().with('mina', 'jun');
    room.drop('jun');
    room.wait(15 * SECOND).tick();
    expect(room.people()).toEqual(['mina']);
    expect(room.said().slice(2)).toEqual(['exit jun']);
  });

  it('does not end the place while another tab is connected', () => {
    const room = aRoom().with('mina', 'jun');
    room.enter('jun', 'tab 2');
    room.drop('jun');
    room.wait(3_600 * SECOND).tick();
    expect(room.people()).toEqual(['mina', 'jun']);
  });

  it('keeps the place for a minute when its process died', () => {
    const room = aRoom().with('mina', 'jun');
    room.does((now, at) => rules.lapse(now, 'node 1', at));
    room.wait(59 * SECOND).enter('mina', 'tab 2', 'node 2');
    room.wait(1 * SECOND).tick();
    expect(room.people()).toEqual(['mina']);
  });

  it('does not concern a socket that its process has entered again under a new id', () => {
    const room = aRoom().with('mina');
    room.enter('mina', 'tab 1', 'node 2');
    expect(rules.placeOf(room.now, 'mina')?.sockets).toEqual([{ node: 'node 2', id: 'mina, tab 1' }]);
    const before = room.now;
    room.does((now, at) => rules.lapse(now, 'node 1', at));
    expect(room.now).toBe(before);
  });

  it('of another process does not end the place', () => {
    const room = aRoom().with('mina');
    room.enter('mina', 'tab 2', 'node 2');
    room.does((now, at) => rules.lapse(now, 'node 2', at));
    expect(rules.placeOf(room.now, 'mina')).toMatchObject({ sockets: [{ node: 'node 1' }], until: null });
  });
});

describe('sockets that their process enters again, all at once,', () => {
  const entering = (...people: string[]) =>
    people.map((userId) => ({ userId, socket: socketOf(userId, 'tab 1', 'node 2') }));

  it('get their places under its new id, without an exit or a join in the log', () => {
    const room = aRoom().with('mina', 'jun');
    room.does((now, at) => rules.lapse(now, 'node 1', at));
    room.does((now, at) => rules.enterAll(now, entering('jun', 'mina'), at));
    expect(room.now.people).toMatchObject([
      { id: 'mina', sockets: [{ node: 'node 2', id: 'mina, tab 1' }], until: null },
      { id: 'jun', sockets: [{ node: 'node 2', id: 'jun, tab 1' }], until: null },
    ]);
    expect(room.said()).toEqual(['join mina', 'join jun']);
  });

  it('join again, in their order, if their places had ended meanwhile', () => {
    const room = aRoom().with('mina', 'jun', 'sol');
    room.drop('jun');
    room.drop('sol');
    room.wait(15 * SECOND).tick();
    room.does((now, at) => rules.enterAll(now, entering('sol', 'jun'), at));
    expect(room.people()).toEqual(['mina', 'sol', 'jun']);
    expect(room.said().slice(5)).toEqual(['join sol', 'join jun']);
    expect(room.log.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('are left out if the room refuses them, while the others get in', () => {
    const room = aRoom({ max: 2 }).with('mina', 'jun');
    room.kick('mina', 'jun');
    room.does((now, at) => rules.enterAll(now, entering('jun', 'sol', 'han', 'mina'), at));
    expect(room.people()).toEqual(['mina', 'sol']);
    expect(room.said().slice(3)).toEqual(['join sol']);
  });

  it('change nothing if all are in already, the room is closed, or there are none', () => {
    const room = aRoom().with('mina');
    room.does((now, at) => rules.enterAll(now, entering('mina'), at));
    const before = room.now;
    room.does((now, at) => rules.enterAll(now, entering('mina'), at));
    room.does((now, at) => rules.enterAll(now, [], at));
    expect(room.now).toBe(before);
    room.close('mina');
    const closed = room.now;
    room.does((now, at) => rules.enterAll(now, entering('mina', 'jun'), at));
    expect(room.now).toBe(closed);
    expect(room.said()).toEqual(['join mina']);
  });
});

describe('an ephemeral room', () => {
  it('belongs to the process that has its sockets, and to no other', () => {
    const room = aRoom({ ephemeral: true }).with('mina');
    expect(rules.holdersOf(room.now, 'node 1')).toEqual([]);
    expect(rules.holdersOf(room.now, 'node 2')).toEqual(['node 1']);
  });

  it('belongs to no process before its first socket and after its last one', () => {
    const room = aRoom({ ephemeral: true });
    expect(rules.holdersOf(room.now, 'node 2')).toEqual([]);
    room.with('mina', 'jun');
    room.drop('mina');
    expect(rules.holdersOf(room.now, 'node 2')).toEqual(['node 1']);
    room.drop('jun');
    expect(room.people()).toEqual(['mina', 'jun']);
    expect(rules.holdersOf(room.now, 'node 2')).toEqual([]);
  });

  it('differs in this from a room that stores its chats, which belongs to no process', () => {
    const room = aRoom().with('mina');
    expect(rules.holdersOf(room.now, 'node 2')).toEqual([]);
  });
});

describe('when the only process starts again', () => {
  const restart = (now: Room, at: Moment) => rules.restart(now, 'node 2', at);

  it('everybody has a minute to come back, however long the process was down', () => {
    const room = aRoom().with('mina', 'jun');
    room.drop('jun');
    room.wait(86_400 * SECOND).does(restart);
    expect(room.people()).toEqual(['mina', 'jun']);
    expect(room.now.dueAt).toBe(room.time + 60 * SECOND);
    room.wait(60 * SECOND).tick();
    expect(room.people()).toEqual([]);
  });

  it('the grace of an empty room begins again', () => {
    const room = aRoom().wait(30 * SECOND);
    room.tick();
    room.wait(86_400 * SECOND).does(restart);
    expect(room.wait(299 * SECOND).isOpen()).toBe(true);
    expect(room.wait(1 * SECOND).isOpen()).toBe(false);
  });

  it('only the sockets of the new process keep their places', () => {
    const room = aRoom().with('mina');
    room.enter('mina', 'tab 2', 'node 2');
    room.does(restart);
    expect(rules.placeOf(room.now, 'mina')).toMatchObject({ sockets: [{ node: 'node 2' }], until: null });
  });
});

describe('an empty room', () => {
  it('is closed at once when the last person left on purpose', () => {
    const room = aRoom().with('mina', 'jun');
    room.leave('jun');
    expect(room.isOpen()).toBe(true);
    room.leave('mina');
    expect(room.now).toMatchObject({ closedAt: room.time, dueAt: room.time, people: [], count: 0 });
  });

  it('waits 300 s when the last connection was lost', () => {
    const room = aRoom().with('mina');
    room.drop('mina');
    room.wait(15 * SECOND).tick();
    expect(room.now).toMatchObject({ emptyAt: room.time, dueAt: room.time + 300 * SECOND, count: 0 });
    expect(room.wait(299 * SECOND).isOpen()).toBe(true);
    expect(room.wait(1 * SECOND).isOpen()).toBe(false);
  });

  it('waits 300 s after its creator’s place has ended when nobody ever joined', () => {
    const room = aRoom().wait(30 * SECOND);
    expect(room.isOpen()).toBe(true);
    expect(room.said()).toEqual([]);
    expect(room.wait(300 * SECOND).isOpen()).toBe(false);
  });

  it('stays open when somebody joins in time', () => {
    const room = aRoom().wait(30 * SECOND);
    room.tick();
    room.wait(299 * SECOND).with('jun');
    expect(room.wait(3_600 * SECOND).isOpen()).toBe(true);
    expect(room.now.emptyAt).toBeNull();
  });

  it('is closed at once, and a lost connection is an exit at once, if both graces are 0 as in the book', () => {
    const room = aRoom({}, BOOK).with('mina', 'jun');
    room.drop('jun');
    expect(room.said().slice(2)).toEqual(['exit jun']);
    room.drop('mina');
    expect(room.isOpen()).toBe(false);
  });

  it('does not stay longer when the clock was moved back by an hour', () => {
    const room = aRoom().with('mina', 'jun');
    room.say('sol', 'http');
    room.wait(-3_600 * SECOND).leave('mina');
    expect(room.now.dueAt).toBe(room.time + 60 * SECOND);
    room.drop('jun');
    room.wait(15 * SECOND).tick();
    expect(room.people()).toEqual(['sol']);
    room.wait(45 * SECOND).tick();
    room.wait(-3_600 * SECOND).tick();
    expect(room.now.dueAt).toBe(room.time + 300 * SECOND);
  });
});

describe('a deadline that is long overdue, because the clock was moved forward or all processes were down,', () => {
  it('begins again, so that nobody exits and no room is closed', () => {
    const room = aRoom().with('mina', 'jun');
    room.drop('jun');
    room.wait(3_600 * SECOND).tick();
    expect(room.people()).toEqual(['mina', 'jun']);
    expect(room.now.dueAt).toBe(room.time + 60 * SECOND);
    const empty = aRoom().wait(30 * SECOND);
    empty.tick();
    expect(empty.wait(3_600 * SECOND).isOpen()).toBe(true);
    expect(empty.now.dueAt).toBe(empty.time + 300 * SECOND);
  });

  it('takes effect when it has passed the second time', () => {
    const room = aRoom().with('mina', 'jun');
    room.drop('jun');
    room.wait(3_600 * SECOND).tick();
    room.wait(60 * SECOND).tick();
    expect(room.people()).toEqual(['mina']);
  });

  it('takes effect at once if it is only half a minute overdue', () => {
    const room = aRoom().with('mina', 'jun');
    room.drop('jun');
    room.wait(15 * SECOND + 30 * SECOND).tick();
    expect(room.people()).toEqual(['mina']);
  });

  it('takes nobody out while one process has the new time and another the old one', () => {
    const room = aRoom().with('mina', 'jun');
    room.drop('jun');
    room.say('sol', 'http');
    for (const jump of [3_600, -3_600, 3_600, -3_600]) room.wait(jump * SECOND).tick();
    expect(room.people()).toEqual(['mina', 'jun', 'sol']);
    expect(room.said()).not.toContain('exit jun');
  });
});

describe('a closed room', () => {
  it('answers like a missing one to everybody', () => {
    const room = aRoom().with('mina', 'jun');
    room.close('mina');
    const refusals = [
      room.enter('jun'),
      room.say('jun', 'http'),
      room.say('jun', 'socket'),
      room.admit('jun'),
      room.kick('mina', 'jun'),
      room.handOver('mina', 'jun'),
      room.close('jun'),
      rules.refusalToRead(room.now, 'mina'),
      rules.refusalToRead(undefined, 'mina'),
    ];
    expect(refusals).toEqual(refusals.map(() => 'ROOM_NOT_FOUND'));
  });

  it('is not changed by people who go', () => {
    const room = aRoom().with('mina', 'jun');
    room.close('mina');
    const closed = room.now;
    room.drop('jun');
    room.leave('jun', 'all');
    room.does((now, at) => rules.lapse(now, 'node 1', at));
    expect(room.now).toBe(closed);
  });

  it.each([0, -3_600 * SECOND])('is cleared twice, a minute apart (clock moved by %d ms)', (moved) => {
    const room = aRoom();
    room.close('mina');
    expect(rules.wasCleared(room.now)).toBe(false);
    room.wait(moved).does(rules.cleared);
    expect(rules.wasCleared(room.now)).toBe(true);
    expect(room.now.dueAt).toBe(room.time + 60 * SECOND);
    const cleared = room.now;
    room.does(rules.cleared);
    expect(room.now).toBe(cleared);
  });

  it.each([false, true])(
    'is not cleared later when the clock is moved back (cleared once: %s)',
    (isCleared) => {
      const room = aRoom();
      room.close('mina');
      if (isCleared) room.does(rules.cleared);
      room.wait(-3_600 * SECOND).tick();
      expect(rules.wasCleared(room.now)).toBe(isCleared);
      expect(room.now.dueAt).toBe(room.time + (isCleared ? 60 * SECOND : 0));
    },
  );

  it('was closed by its owner, and nobody else can do that', () => {
    const room = aRoom().with('mina', 'jun');
    expect(room.close('jun')).toBe('FORBIDDEN');
    expect(room.close('mina')).toBeUndefined();
    expect(room.now).toMatchObject({ closedAt: START, people: [], count: 0 });
    expect(room.close('mina')).toBeUndefined();
  });

  it('cannot be closed by a former owner whose place has ended', () => {
    const room = aRoom().with('mina', 'jun');
    room.drop('mina');
    expect(room.wait(15 * SECOND).close('mina')).toBe('FORBIDDEN');
    expect(room.isOpen()).toBe(true);
  });
});

describe('speaking', () => {
  it('gives the chat the next number and the color of its person', () => {
    const room = aRoom().with('mina');
    expect(room.say('mina', 'socket', { kind: 'chat', chat: '안녕' })).toMatchObject({ seq: 2 });
    expect(room.log[1]).toMatchObject({
      seq: 2,
      kind: 'chat',
      chat: '안녕',
      user: colorOf('mina'),
      userId: 'mina',
    });
  });

  it('by HTTP takes a place for 60 s, and each further chat renews it', () => {
    const room = aRoom().with('mina');
    room.say('jun', 'http');
    expect(room.people()).toEqual(['mina', 'jun']);
    room.wait(59 * SECOND).say('jun', 'http');
    room.wait(59 * SECOND).tick();
    expect(room.people()).toEqual(['mina', 'jun']);
    room.wait(1 * SECOND).tick();
    expect(room.said()).toEqual(['join mina', 'join jun', 'chat jun', 'chat jun', 'exit jun']);
  });

  it('by HTTP does not limit a place that a socket holds', () => {
    const room = aRoom().with('mina');
    room.say('mina', 'http');
    room.wait(3_600 * SECOND).tick();
    expect(room.people()).toEqual(['mina']);
  });

  it('by socket needs a place', () => {
    const room = aRoom().with('mina');
    expect(room.say('jun', 'socket')).toBe('NOT_ADMITTED');
    expect(room.people()).toEqual(['mina']);
  });

  it('again with the same nonce is answered the same way and adds nothing to the log', () => {
    const room = aRoom().with('mina', 'jun');
    const answer = room.say('mina', 'socket', { kind: 'chat', chat: '한 번', nonce: 'n' });
    const before = room.now;
    expect(room.say('mina', 'socket', { kind: 'chat', chat: '한 번', nonce: 'n' })).toEqual(answer);
    expect(room.say('mina', 'http', { kind: 'chat', chat: '한 번', nonce: 'n' })).toEqual(answer);
    expect(room.now).toBe(before);
    expect(room.say('jun', 'socket', { kind: 'chat', chat: '남의 것', nonce: 'n' })).toMatchObject({
      seq: 4,
    });
  });

  it('can be done with a GIF, whose size is kept', () => {
    const room = aRoom().with('mina');
    room.say('mina', 'http', { kind: 'gif', gif: 'room/1.gif', width: 3, height: 4, bytes: 35 });
    expect(room.log[1]).toMatchObject({
      kind: 'gif',
      gif: 'room/1.gif',
      width: 3,
      height: 4,
      user: colorOf('mina'),
    });
  });

  it('in an ephemeral room is remembered for the last 200 chats, so that a retry gets the same answer', () => {
    const room = aRoom({ ephemeral: true }).with('mina');
    const say = (n: number) => room.say('mina', 'socket', { kind: 'chat', chat: '휘발', nonce: String(n) });
    const answers = Array.from({ length: 201 }, (_, n) => say(n));
    const before = room.now;
    expect(before.recent).toHaveLength(200);
    expect(JSON.stringify(before)).not.toContain('휘발');
    expect(say(1)).toEqual(answers[1]);
    expect(room.now).toBe(before);
    expect(say(0)).toMatchObject({ seq: 203 });
  });

  it('with a GIF is refused in an ephemeral room', () => {
    const room = aRoom({ ephemeral: true }).with('mina');
    expect(room.say('mina', 'http', { kind: 'gif', gif: 'room/1.gif', width: 1, height: 1, bytes: 35 })).toBe(
      'NO_GIFS_HERE',
    );
    expect(room.said()).toEqual(['join mina']);
  });
});

describe('a secret room', () => {
  it('admits its creator and people who gave the password', () => {
    const room = aRoom({ password: 'hash' }).with('mina');
    expect(room.enter('jun')).toBe('NOT_ADMITTED');
    expect(room.say('jun', 'http')).toBe('NOT_ADMITTED');
    expect(rules.refusalToRead(room.now, 'jun')).toBe('NOT_ADMITTED');
    expect(rules.refusalToRead(room.now, undefined)).toBe('NOT_ADMITTED');
    room.admit('jun');
    expect(rules.refusalToRead(room.now, 'jun')).toBeUndefined();
    expect(room.enter('jun')).toMatchObject({ id: 'jun' });
  });

  it('remembers 1,000 people, forgetting the oldest without a place first', () => {
    const room = aRoom({ password: 'hash' }).with('mina');
    for (let n = 0; n < 1_000; n += 1) room.admit(`guest ${String(n)}`);
    expect(room.now.admitted).toHaveLength(1_000);
    expect(room.now.admitted.slice(0, 2)).toEqual(['mina', 'guest 1']);
    expect(rules.refusalToRead(room.now, 'guest 0')).toBe('NOT_ADMITTED');
    expect(room.enter('guest 1')).toMatchObject({ id: 'guest 1' });
  });

  it('can be read by every person with a place, remembered or not', () => {
    const room = aRoom({ password: 'hash' }).with('mina');
    expect(rules.refusalToRead({ ...room.now, admitted: [] }, 'mina')).toBeUndefined();
  });

  it('can be read when it is full', () => {
    const room = aRoom({ password: 'hash', max: 2 });
    for (const id of ['jun', 'sol']) room.admit(id);
    room.with('mina', 'jun');
    expect(rules.refusalToRead(room.now, 'sol')).toBeUndefined();
    expect(rules.refusalToEnter(room.now, 'sol')).toBe('ROOM_FULL');
  });

  it('does not take the password of a kicked person', () => {
    const room = aRoom({ password: 'hash' }).with('mina');
    room.kick('mina', 'jun');
    expect(room.admit('jun')).toBe('BARRED');
  });

  it('differs from an open room, which remembers nobody', () => {
    const room = aRoom().with('mina');
    room.admit('jun');
    expect(room.now.admitted).toEqual([]);
    expect(rules.refusalToRead(room.now, undefined)).toBeUndefined();
  });
});

describe('the owner', () => {
  it('is the creator, also before joining and when others joined first', () => {
    const room = aRoom().with('jun', 'mina');
    expect(room.now).toMatchObject({ ownerId: 'mina', owner: colorOf('mina') });
    expect(room.people()).toEqual(['jun', 'mina']);
    expect(room.said()).toEqual(['join jun', 'join mina']);
  });

  it('is followed by the person longest in the room', () => {
    const room = aRoom().with('mina', 'jun', 'sol');
    room.leave('mina');
    expect(room.now).toMatchObject({ ownerId: 'jun', owner: colorOf('jun') });
    expect(room.said().slice(3)).toEqual(['exit mina', 'owner jun']);
    expect(room.log.at(-1)).toMatchObject({
      user: 'system',
    });
  });

  it('is followed by the first person to join when nobody was in the room', () => {
    const room = aRoom()
      .wait(30 * SECOND)
      .with('jun', 'sol');
    expect(room.now.ownerId).toBe('jun');
    expect(room.said()).toEqual(['join jun', 'owner jun', 'join sol']);
  });

  it('is not followed by a person who holds a place but has not joined', () => {
    const room = aRoom().with('jun', 'sol');
    room.handOver('mina', 'jun');
    room.leave('jun');
    expect(room.now.ownerId).toBe('sol');
    expect(room.people()).toEqual(['mina', 'sol']);
  });

  it('is shown in the color that people see, also if that is another one after coming back', () => {
    const twin = twinOf('mina');
    const room = aRoom().with(twin);
    room.handOver('mina', twin);
    expect(room.now.owner).not.toBe(colorOf(twin));
    room.drop(twin);
    room.wait(30 * SECOND).with(twin);
    expect(room.now).toMatchObject({ ownerId: twin, owner: colorOf(twin) });
  });

  it('is still the owner when coming back first to an empty room', () => {
    const room = aRoom().with('mina');
    room.drop('mina');
    room.wait(15 * SECOND).tick();
    room.with('mina', 'jun');
    expect(room.now.ownerId).toBe('mina');
    expect(room.said()).toEqual(['join mina', 'exit mina', 'join mina', 'join jun']);
  });

  it('hands over to somebody who is in', () => {
    const room = aRoom().with('mina', 'jun', 'sol');
    expect(room.handOver('mina', 'sol')).toBeUndefined();
    expect(room.now).toMatchObject({ ownerId: 'sol', owner: colorOf('sol') });
    expect(room.said().slice(3)).toEqual(['owner sol']);
    expect(room.handOver('mina', 'jun')).toBe('FORBIDDEN');
  });

  it('cannot be changed by others, not even to the person who is owner already', () => {
    const room = aRoom().with('mina', 'jun');
    expect(room.handOver('jun', 'mina')).toBe('FORBIDDEN');
    expect(room.handOver('mina', 'mina')).toBeUndefined();
    expect(room.now.ownerId).toBe('mina');
  });

  it('cannot hand over to a person who is not in the room, or only holds a place', () => {
    const room = aRoom().with('mina');
    expect(room.handOver('mina', 'jun')).toBe('BAD_REQUEST');
    const held = aRoom().with('jun');
    held.handOver('mina', 'jun');
    expect(held.handOver('jun', 'mina')).toBe('BAD_REQUEST');
  });

  it('may kick and hand over only with a place', () => {
    const room = aRoom().wait(30 * SECOND);
    expect(room.kick('mina', 'jun')).toBe('NOT_ADMITTED');
    expect(room.handOver('mina', 'jun')).toBe('NOT_ADMITTED');
  });
});

describe('a kick', () => {
  it('bars the person for the life of the room, over sockets and over HTTP', () => {
    const room = aRoom().with('mina', 'jun', 'sol');
    room.enter('jun', 'tab 2');
    room.kick('mina', 'jun');
    expect(room.people()).toEqual(['mina', 'sol']);
    expect(room.said().slice(3)).toEqual(['kick jun']);
    expect(room.log.at(-1)).toMatchObject({
      user: 'system',
      userId: 'jun',
    });
    room.wait(86_400 * SECOND);
    expect(room.enter('jun')).toBe('BARRED');
    expect(room.say('jun', 'http')).toBe('BARRED');
    expect(room.say('jun', 'socket')).toBe('NOT_ADMITTED');
    expect(rules.refusalToRead(room.now, 'jun')).toBe('BARRED');
  });

  it('also bars a person who has not joined, and then adds nothing to the log', () => {
    const room = aRoom().with('jun');
    room.handOver('mina', 'jun');
    room.kick('jun', 'mina');
    room.kick('jun', 'sol');
    expect(room.people()).toEqual(['jun']);
    expect(room.enter('sol')).toBe('BARRED');
    expect(room.said()).toEqual(['join jun', 'owner jun']);
  });

  it('is allowed to the owner only, and not against oneself', () => {
    const room = aRoom().with('mina', 'jun', 'sol');
    expect(room.kick('jun', 'sol')).toBe('FORBIDDEN');
    expect(room.kick('nobody', 'sol')).toBe('NOT_ADMITTED');
    expect(room.kick('mina', 'mina')).toBe('BAD_REQUEST');
    expect(room.people()).toEqual(['mina', 'jun', 'sol']);
  });

  it('is refused after 1,000 kicked people, but a repeated one is still answered the same way', () => {
    const room = aRoom().with('mina', 'jun');
    for (let n = 0; n < 1_000; n += 1) expect(room.kick('mina', `guest ${String(n)}`)).toBeUndefined();
    expect(room.kick('mina', 'jun')).toBe('FORBIDDEN');
    expect(room.kick('mina', 'guest 0')).toBeUndefined();
    expect(room.people()).toEqual(['mina', 'jun']);
  });
});

type Fields = Partial<Pick<Room, 'max' | 'password' | 'ephemeral'>>;

/** A room that mina created, with its log. Its methods apply a rule and return the rule's answer or refusal. */
class Scene {
  now: Room;
  time = START;
  readonly log: Chat[] = [];

  constructor(
    fields: Fields,
    private readonly graces: typeof GRACES,
  ) {
    const defaults = { _id: 'a'.repeat(24), title: '방', max: 10, password: null, ephemeral: false };
    this.now = rules.create({ ...defaults, ...fields }, 'mina', this.at());
  }

  does<A>(rule: (room: Room, at: Moment) => Outcome<A>) {
    const outcome = rule(this.now, this.at());
    if ('refused' in outcome) return outcome.refused;
    this.now = outcome.room;
    this.log.push(...outcome.said);
    return outcome.answer;
  }

  enter(who: string, tab = 'tab 1', node = 'node 1') {
    const entered = this.does((now, at) => rules.enter(now, who, socketOf(who, tab, node), at));
    return typeof entered === 'string' ? entered : entered.person;
  }

  drop(who: string) {
    return this.does((now, at) => rules.drop(now, socketOf(who), at));
  }

  leave(who: string, tab = 'tab 1') {
    return this.does((now, at) => rules.leave(now, who, tab === 'all' ? 'all' : socketOf(who, tab), at));
  }

  say(who: string, door: 'http' | 'socket', message: Message = { kind: 'chat', chat: '말' }) {
    const { ephemeral, recent } = this.now;
    const known = ephemeral ? recent : this.log;
    const heard = (userId: string, nonce: string) =>
      known.find((chat) => chat.userId === userId && chat.nonce === nonce);
    return this.does((now, at) => rules.say(now, who, message, door, heard, at));
  }

  admit = (who: string) => this.does((now, at) => rules.admit(now, who, at));
  kick = (by: string, who: string, isKnown = true) =>
    this.does((now, at) => rules.kick(now, by, who, isKnown, at));
  handOver = (by: string, who: string) => this.does((now, at) => rules.handOver(now, by, who, at));
  close = (by: string) => this.does((now, at) => rules.close(now, by, at));
  tick = () => this.does(rules.tick);

  wait(ms: number): this {
    this.time += ms;
    return this;
  }

  /** Lets these people join, one after another. */
  with(...people: string[]): this {
    for (const who of people) expect(this.enter(who)).toMatchObject({ id: who });
    return this;
  }

  isOpen(): boolean {
    this.tick();
    return this.now.closedAt === null;
  }

  people = () => this.now.people.map(({ id }) => id);
  said = () => this.log.map(({ kind, userId }) => `${kind} ${userId}`);
  private at = (): Moment => ({ now: this.time, ...this.graces });
}

function aRoom(fields: Fields = {}, graces = GRACES): Scene {
  return new Scene(fields, graces);
}

function socketOf(who: string, tab = 'tab 1', node = 'node 1'): SocketRef {
  return { node, id: `${who}, ${tab}` };
}

/** Finds another id with the same color. */
function twinOf(id: string): string {
  for (let n = 0; ; n += 1) if (colorOf(`twin ${String(n)}`) === colorOf(id)) return `twin ${String(n)}`;
}
