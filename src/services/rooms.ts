/**
 * What people do with rooms: list, create, enter and leave them. Owners may also kick, hand over and remove.
 * Both the HTTP controllers and the sockets call this.
 */
import { ObjectId } from 'bson';
import type { RoomChanger } from './change-room';
import type { Clock } from './clock';
import type { Gifs } from './gifs';
import { inRoom, type Limits, type Payer } from './limits';
import type { HeldSocket } from './listener';
import type { OtherNodes } from './other-nodes';
import type { OwnNode } from './own-node';
import { hashPassword, isPassword, type PasswordCost } from './passwords';
import * as owner from '../rules/owner';
import * as places from '../rules/places';
import { Refusal } from '../rules/refusal';
import * as rules from '../rules/room';
import type { RoomQuota } from './room-quota';
import type { Space } from './space';
import { summaryOf } from './summary';
import type { Store } from '../stores/store';
import type { RoomSummary } from '../types/events';
import type { Room, RoomMark } from '../types/room';

/** How many rooms a page of the list has. */
export const ROOMS_A_PAGE = 50;
/** About how much the record of a room and its folder take, in bytes. */
const ROOM_RECORD = 10_000;

/** The person who asks for something. */
export interface Visitor extends Payer {
  id: string;
}

interface NewRoom {
  title: string;
  max: number;
  /** Empty for an open room. */
  password: string;
  ephemeral: boolean;
  /** What the creator wants to be called. */
  name?: string | undefined;
}

interface Deps {
  store: Store;
  clock: Clock;
  graces: Pick<rules.Moment, 'reconnectGrace' | 'emptyRoomGrace'>;
  node: Pick<OwnNode, 'id' | 'isAlive'>;
  others: Pick<OtherNodes, 'refusalIn'>;
  changer: RoomChanger;
  gifs: Gifs;
  limits: Limits;
  space: Pick<Space, 'reserve'>;
  quota: RoomQuota;
  passwordCost?: PasswordCost | undefined;
  onCreated: (room: RoomSummary) => void;
}

/** The result when a socket has entered a room. */
interface Entered {
  room: Room;
  isNameTaken: boolean;
}

export type Rooms = ReturnType<typeof createRooms>;

/** Every function checks whether the person may do it, unless its comment says otherwise. */
export function createRooms({
  store,
  clock,
  graces,
  node,
  others,
  changer,
  gifs,
  limits,
  space,
  quota,
  passwordCost,
  onCreated,
}: Deps) {
  const socketOf = (socketId: string) => ({ node: node.id(), id: socketId });

  async function drop(roomId: string, socketId: string): Promise<void> {
    await changer.changeAlways(roomId, { apply: (room, at) => places.drop(room, socketOf(socketId), at) });
  }

  /** Runs costly work with a password. If the work fails, because too many others wait, it does not count for the person. */
  async function hashing<T>(who: Visitor, work: () => Promise<T>): Promise<T> {
    await limits.spend('hash', who);
    try {
      return await work();
    } catch (error) {
      await limits.giveBack('hash', who);
      throw error;
    }
  }

  /** Whether the person is in the room, or was, as the log tells. An ephemeral room remembers only its last chats. */
  async function hasBeenIn(roomId: string, userId: string): Promise<boolean> {
    const room = await store.rooms.get(roomId);
    if (room === undefined) return false;
    const isThere = rules.placeOf(room, userId)?.entered === true;
    if (isThere || room.ephemeral) return isThere || room.recent.some((chat) => chat.userId === userId);
    return store.chats.isAny(roomId, userId);
  }

  /**
   * Checks the password, and remembers the person who gave the right one. A person who may read the room needs none.
   * @throws Refusal ROOM_NOT_FOUND, BARRED, PASSWORD_NEEDED, WRONG_PASSWORD, RATE_LIMITED, UNAVAILABLE.
   */
  async function admit(roomId: string, who: Visitor, password?: string): Promise<void> {
    const room = await store.rooms.get(roomId);
    const refused = rules.refusalToRead(room, who.id);
    if (refused === undefined) return;
    if (refused !== 'NOT_ADMITTED' || room?.password == null) throw new Refusal(refused);
    if (password === undefined) throw new Refusal('PASSWORD_NEEDED');
    const { password: hash } = room;
    await limits.need('miss', inRoom(roomId, who));
    const isRight = await hashing(who, () => isPassword(password, hash));
    if (!isRight) {
      await limits.spend('miss', inRoom(roomId, who));
      throw new Refusal('WRONG_PASSWORD');
    }
    await changer.change(roomId, { apply: (current, at) => owner.admit(current, who.id, at) });
  }

  return {
    /**
     * A page of rooms, the newest first; with `before`, only rooms older than that one.
     * `more`: whether older ones follow.
     */
    async list(before?: string): Promise<{ rooms: RoomSummary[]; more: boolean }> {
      const rooms = await store.rooms.list(before, ROOMS_A_PAGE + 1);
      return { rooms: rooms.slice(0, ROOMS_A_PAGE).map(summaryOf), more: rooms.length > ROOMS_A_PAGE };
    },

    /**
     * Stores a new room, in which its creator has a place, and tells the list. @throws Refusal RATE_LIMITED, UNAVAILABLE.
     */
    async create({ title, max, password, ephemeral, name }: NewRoom, who: Visitor): Promise<Room> {
      await quota.need(who);
      space.reserve(ROOM_RECORD);
      const _id = new ObjectId().toHexString();
      const hash = password === '' ? null : await hashing(who, () => hashPassword(password, passwordCost));
      await limits.spend('create', who);
      const moment = { now: clock.now(), ...graces };
      const room = rules.create({ _id, title, max, password: hash, ephemeral }, who.id, moment, name);
      await gifs.makeRoom(_id);
      await store.rooms.insert(room);
      quota.add(_id, who);
      onCreated(summaryOf(room));
      return room;
    },

    /**
     * The room, for a visitor who opens its page. Looking takes no place, but a right password is remembered.
     * @param who undefined for a visitor without a session.
     * @throws Refusal ROOM_NOT_FOUND, BARRED, PASSWORD_NEEDED, WRONG_PASSWORD or ROOM_FULL, checked in this order.
     */
    async look(roomId: string, who: Visitor | undefined, password?: string): Promise<Room> {
      let room = await store.rooms.get(roomId);
      if (rules.refusalToRead(room, who?.id) === 'NOT_ADMITTED') {
        if (who === undefined) throw new Refusal('PASSWORD_NEEDED');
        await admit(roomId, who, password);
        room = await store.rooms.get(roomId);
      }
      return allowed(room, rules.refusalToEnter(room, who?.id ?? ''));
    },

    admit,

    /** A room that is not closed, whether or not a person may read it. @throws Refusal ROOM_NOT_FOUND. */
    async open(roomId: string): Promise<Room> {
      const room = await store.rooms.get(roomId);
      return allowed(room, room?.closedAt === null ? undefined : 'ROOM_NOT_FOUND');
    },

    /** A room, closed or not; undefined if the store has no record of it. */
    known: (roomId: string): Promise<Room | undefined> => store.rooms.get(roomId),

    /** Whether a commit of this process may be under way in the room. */
    isChanging: changer.isChanging,

    /** The versions of these rooms; rooms without a record are left out. */
    marks: (roomIds: readonly string[]): Promise<RoomMark[]> => store.rooms.marks(roomIds),

    /** A room that this person may read. @throws Refusal ROOM_NOT_FOUND, BARRED or NOT_ADMITTED. */
    async readable(roomId: string, userId: string | undefined): Promise<Room> {
      const room = await store.rooms.get(roomId);
      return allowed(room, rules.refusalToRead(room, userId));
    },

    /**
     * A socket enters: its person takes a place, or keeps the place they have, under this name if it is given and free.
     * @returns the room right after this change, with the version under which it is stored; and whether the name was taken.
     * @throws Refusal ROOM_NOT_FOUND, BARRED, NOT_ADMITTED, ROOM_FULL, ELSEWHERE, RATE_LIMITED, UNAVAILABLE.
     */
    async enter(roomId: string, who: Visitor, socketId: string, name?: string): Promise<Entered> {
      await limits.spend('join', who);
      if (!node.isAlive()) throw new Refusal('UNAVAILABLE');
      try {
        return await changer.change<Entered>(roomId, {
          apply(room, at) {
            const refused = others.refusalIn(room);
            if (refused !== undefined) return { refused };
            const outcome = places.enter(room, who.id, socketOf(socketId), at, name);
            if ('refused' in outcome) return outcome;
            const isSame = outcome.room === room;
            const entered = isSame ? room : { ...outcome.room, version: room.version + 1 };
            return { ...outcome, answer: { room: entered, isNameTaken: outcome.answer.isNameTaken } };
          },
        });
      } catch (error) {
        // If our node id changes, all our sockets are entered again. Queue a drop so that this refused one is not.
        if (!(error instanceof Refusal && error.code === 'UNAVAILABLE')) void drop(roomId, socketId);
        throw error;
      }
    },

    /** Sockets of this process enter their rooms again under its new node id, unless their room refuses them now. */
    async enterAgain(held: HeldSocket[]): Promise<void> {
      const roomIds = new Set(held.map(({ roomId }) => roomId));
      const enterAll = (roomId: string) => {
        const sockets = held.filter((socket) => socket.roomId === roomId);
        return changer.changeAlways(roomId, {
          apply: (room, at) =>
            places.enterAll(
              room,
              sockets.map(({ userId, socketId }) => ({ userId, socket: socketOf(socketId) })),
              at,
            ),
        });
      };
      await Promise.all([...roomIds].map(enterAll));
    },

    /** A connection is gone. Its person keeps the place for a while, to come back. */
    drop,

    /** A person leaves on purpose, with one socket or with all of them. @throws Refusal ROOM_NOT_FOUND, RATE_LIMITED. */
    async leave(roomId: string, who: Visitor, socketId?: string): Promise<void> {
      await limits.spend('join', who);
      const which = socketId === undefined ? 'all' : socketOf(socketId);
      await changer.change(roomId, { apply: (room, at) => places.leave(room, who.id, which, at) });
    },

    /**
     * The owner puts a person out, even one who has left already. @throws Refusal NOT_ADMITTED if `by` has no place; FORBIDDEN
     * if `by` is not the owner; BAD_REQUEST if the person was never in the room.
     */
    async kick(roomId: string, by: Visitor, userId: string): Promise<void> {
      await limits.spend('rule', by);
      const isKnown = await hasBeenIn(roomId, userId);
      await changer.change(roomId, { apply: (room, at) => owner.kick(room, by.id, userId, isKnown, at) });
    },

    /**
     * The owner makes another person the owner. @throws Refusal as `kick`; BAD_REQUEST if that person is not in the room.
     */
    async handOver(roomId: string, by: Visitor, userId: string): Promise<void> {
      await limits.spend('rule', by);
      await changer.change(roomId, { apply: (room, at) => owner.handOver(room, by.id, userId, at) });
    },

    /** The owner closes the room, even while people are in it. @throws Refusal FORBIDDEN if `by` is not the owner. */
    async remove(roomId: string, by: Visitor): Promise<void> {
      await limits.spend('rule', by);
      await changer.change(roomId, { apply: (room, at) => owner.close(room, by.id, at) });
    },
  };
}

function allowed(room: Room | undefined, refused: Refusal['code'] | undefined): Room {
  if (refused !== undefined || room === undefined) throw new Refusal(refused ?? 'ROOM_NOT_FOUND');
  return room;
}
