// A message starts a service worker that was stopped.
chrome.runtime.sendMessage('start');
