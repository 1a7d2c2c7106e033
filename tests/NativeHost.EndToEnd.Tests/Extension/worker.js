// What the end-to-end tests call in the service worker. Each exchange resolves to one of
//   { events, final }    every event frame of the request, in order, and its final frame (the one with a status)
//   { events, gone }     the port closed first; gone is the browser's reason
//   { events, timeout }  neither happened in time
'use strict';

const ports = new Map();
let lastPort = 0;
let lastRequest = 0;

globalThis.openPort = hostName => {
  const port = { channel: chrome.runtime.connectNative(hostName), open: new Map(), stray: [], gone: null };
  port.channel.onMessage.addListener(frame => {
    const exchange = port.open.get(String(frame?.requestId));
    if (exchange === undefined) {
      port.stray.push(frame);
    } else {
      exchange.take(frame);
    }
  });
  port.channel.onDisconnect.addListener(() => {
    port.gone = chrome.runtime.lastError?.message ?? 'The port closed without a reason.';
    for (const exchange of [...port.open.values()]) {
      exchange.end({ gone: port.gone });
    }
  });
  ports.set(++lastPort, port);
  return lastPort;
};

const exchange = (port, request, timeoutMs, onEvent) => new Promise(resolve => {
  const requestId = String(++lastRequest);
  const events = [];
  const end = outcome => {
    clearTimeout(timer);
    port.open.delete(requestId);
    resolve({ events, ...outcome });
  };
  const timer = setTimeout(() => end({ timeout: timeoutMs }), timeoutMs);
  const take = frame => {
    if (frame.status !== undefined) {
      end({ final: frame });
      return;
    }
    events.push(frame);
    onEvent?.(events);
  };
  if (port.gone !== null) {
    end({ gone: port.gone });
    return;
  }
  port.open.set(requestId, { take, end });
  try {
    port.channel.postMessage({ ...request, requestId });
  } catch (error) {
    end({ gone: error.message });
  }
});

globalThis.ask = (portNumber, request, timeoutMs) => exchange(ports.get(portNumber), request, timeoutMs);

// Asks, and sends the second request as soon as the first has brought the given number of events.
globalThis.askThenInterrupt = async (portNumber, request, eventsBefore, interruption, timeoutMs) => {
  const port = ports.get(portNumber);
  let interrupting = null;
  const first = await exchange(port, request, timeoutMs, events => {
    if (events.length === eventsBefore) {
      interrupting = exchange(port, interruption, timeoutMs);
    }
  });
  return { first, second: await interrupting };
};

// Asks a number of times without waiting; what comes is kept in order.
globalThis.begin = (portNumber, request, times) => {
  const port = ports.get(portNumber);
  port.received = [];
  for (let time = 0; time < times; time++) {
    const requestId = String(++lastRequest);
    port.open.set(requestId, { take: frame => port.received.push(frame), end: () => {} });
    port.channel.postMessage({ ...request, requestId });
  }
};

globalThis.received = portNumber => ports.get(portNumber).received;

globalThis.strayFrames = portNumber => ports.get(portNumber).stray;

globalThis.closePort = portNumber => {
  ports.get(portNumber).channel.disconnect();
  ports.delete(portNumber);
};

// The first frame of a host started for this message alone, in the same shape as an exchange.
globalThis.askOnce = async (hostName, request) => {
  try {
    return { events: [], final: await chrome.runtime.sendNativeMessage(hostName, request) };
  } catch (error) {
    return { events: [], gone: error.message };
  }
};

// Milliseconds from connecting to the first frame that comes back.
globalThis.measureConnect = hostName => new Promise((resolve, reject) => {
  const start = performance.now();
  const channel = chrome.runtime.connectNative(hostName);
  channel.onMessage.addListener(() => {
    resolve(performance.now() - start);
    channel.disconnect();
  });
  channel.onDisconnect.addListener(() => reject(new Error(chrome.runtime.lastError?.message)));
  channel.postMessage({ action: 'ping', requestId: '1' });
});

// page.html sends one to start the worker again.
chrome.runtime.onMessage.addListener(() => {});
