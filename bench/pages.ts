/**
 * What the pages cost: `npm run bench:pages [-- --seconds 5 --only weight,speed]`.
 * weight: how much is sent for a first visit, and when the page can be used on slow 3G, first and again, in Chromium.
 * speed: requests a second of the list, beside those of bare Express with the same template and rooms, in turn.
 */
import type { Server } from 'node:http';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import express from 'express';
import nunjucks from 'nunjucks';
import type { Browser, BrowserContext, CDPSession, Page } from 'playwright-core';
import { io } from 'socket.io-client';
import { filters } from '../src/filters';
import { openBrowser } from '../tests/e2e/support/people';
import { startServer } from '../tests/e2e/support/server';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'weight,speed' },
  },
});
const SECONDS = Number(options.seconds);
const ROOMS = 20;
const CHATS = 100;
/** @source https://github.com/ChromeDevTools/devtools-frontend, `networkConditions` "Slow 3G": 400 ms, 400 kbit/s */
const SLOW_3G = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
