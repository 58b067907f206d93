/** Chromium comes from Debian; puppeteer's own browser download stays off. */
module.exports = { skipDownload: true };
