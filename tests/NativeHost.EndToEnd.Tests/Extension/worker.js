// What an extension does with the host, as functions that the test calls by name.
const ports = new Map();

/** Connects to the host and returns the number that the other functions know the port by. */
function openPort(hostName) {
  const port = chrome.runtime.connectNative(hostName);
  const number = ports.size + 1;
  const state = { port, listeners: new Set(), ended: null };
  ports.set(number, state);
  port.onMessage.addListener(frame => state.listeners.forEach(listener => listener.frame(frame)));
  port.onDisconnect.addListener(() => {
    state.ended = chrome.runtime.lastError?.message ?? 'The port was closed.';
    state.listeners.forEach(listener => listener.ended(state.ended));
  });
  return number;
}

/**
 * Posts a request and collects its frames until the final one, which is the first with a status.
 * Rejects when the port closes before. `onEvent` sees each event frame as it comes.
 */
function request(portNumber, message, onEvent = () => {}) {
  const state = ports.get(portNumber);
  return new Promise((resolve, reject) => {
    const events = [];
    const listener = {
      frame(frame) {
        if (frame.requestId !== message.requestId) return;
        if (frame.status === undefined) {
          events.push(frame);
          onEvent(frame);
          return;
        }
        state.listeners.delete(listener);
        resolve({ events, final: frame });
      },
      ended: reason => reject(new Error(reason)),
    };
    if (state.ended !== null) {
      listener.ended(state.ended);
      return;
    }
    state.listeners.add(listener);
    state.port.postMessage(message);
  });
}

/** Posts a generation, asks for its stop at the first token, and resolves with both answers. */
async function requestAndStop(portNumber, message) {
  let stop = null;
  const answer = await request(portNumber, message, event => {
    if (stop === null && event.type === 'generationUpdate' && event.payload.token !== undefined) {
      stop = request(portNumber, { action: 'stop_generation', requestId: `stop ${message.requestId}` });
    }
  });
  return { ...answer, stop: stop === null ? null : (await stop).final };
}

function closePort(portNumber) {
  ports.get(portNumber).port.disconnect();
}
