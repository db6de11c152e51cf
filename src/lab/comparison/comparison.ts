/** The comparison: one counter, told at once by short polling, long polling, an event stream and a WebSocket. */
import { Router, type Request, type RequestHandler } from 'express';
import type { WebSocketServer } from 'ws';
import type { Bounds } from '../bounds/bounds';
import { endAnswer, httpDoor } from '../bounds/http-door';
import type { Seats } from '../bounds/seats';
import { visitorOf } from '../bounds/visitor';
import type { Trust } from '../../middlewares/address';
import { wordsFor } from '../../middlewares/language';
import { endSocket } from '../bounds/web-socket-door';
import { counterSocket } from '../counter-socket';
import { eventStream } from '../event-stream';
import { longPolling } from '../long-polling';
import { meterConnection, meterRequest } from './meter';
import { createRuns, type Run } from './runs';
import { shortPolling } from '../short-polling';
import type { Source } from '../source';
import { Refusal } from '../../rules/refusal';
import type { Count, RunReport, Way } from '../../types/lab';

/** A comparison takes a seat, and so do the three of its ways that keep a connection. Without all four it would compare wrongly. */
const SEATS = 4;

interface Given {
  /** Where the comparison's WebSockets are opened, with `?run=<id>`. */
  sockets: WebSocketServer;
  seats: Seats;
  bounds: Bounds;
  trust: Trust;
}

/** The routes below `/lab/compare`. */
export function comparison({ sockets, seats, bounds, trust }: Given): Router {
  const runs = createRuns(bounds.messagesPerSecond);
  const holdsSeat = httpDoor(seats, trust);

  const startRun: RequestHandler = (req, res) => {
    const run = runs.start();
    const seat = seats.take(visitorOf(req, trust), run.end, SEATS);
    if ('refused' in seat) {
      run.end();
      throw new Refusal('NO_SEAT');
    }
    run.onEnd(seat.leave);
    res.status(201).json({ id: run.id });
  };

  const showRun: RequestHandler = (req, res) => {
    res.set('Cache-Control', 'no-store').json(reportOf(runOf(req)));
  };

  const endRun: RequestHandler = (req, res) => {
    const run = runOf(req);
    run.end();
    res.json(reportOf(run));
  };

  /** Answers with the handler that the page shows, and counts what the answer costs. */
  function tell(way: Way, listing: (counter: Source<Count>) => RequestHandler): RequestHandler {
    return (req, res, next) => {
      const run = runOf(req);
      const stopMeter = run.begin(way, meterRequest(req));
      const forget = run.onEnd(() => endAnswer(req, res, 'over'));
      res.on('close', () => {
        stopMeter();
        forget();
      });
      return listing(run.counter)(req, res, next);
    };
  }

  sockets.on('connection', (socket, req) => {
    const words = wordsFor(req);
    const run = runs.find(new URLSearchParams(req.url?.split('?')[1]).get('run'));
    if (run === undefined) {
      endSocket(socket, 'unknown', words);
      return;
    }
    const stopMeter = run.begin('socket', meterConnection(req.socket));
    const forget = run.onEnd(() => endSocket(socket, 'over', words));
    socket.on('close', () => {
      stopMeter();
      forget();
    });
    counterSocket(run.counter, socket);
  });

  /** @throws Refusal when there is no such run (any more), or when it is asked too often. */
  function runOf(req: Request): Run {
    const run = runs.find(req.params['id']);
    if (run === undefined) throw new Refusal('PAGE_NOT_FOUND');
    if (run.isTooFast()) throw new Refusal('RATE_LIMITED');
    return run;
  }

  const router = Router();
  router.post('/runs', startRun);
  router.get('/runs/:id', showRun);
  router.delete('/runs/:id', endRun);
  router.get('/runs/:id/short', tell('short', shortPolling));
  router.get('/runs/:id/long', holdsSeat, tell('long', longPolling));
  router.get('/runs/:id/events', holdsSeat, tell('events', eventStream));
  return router;
}

function reportOf(run: Run): RunReport {
  return { now: Date.now(), costs: run.costs() };
}
