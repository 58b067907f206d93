import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where Debian's package `janus` puts its modules. */
const LIBRARIES = '/usr/lib/x86_64-linux-gnu/janus';

/** The room of the demo page, with the bitrate of a picture one can look at (the sample's is 128 kbit/s). */
const ROOM_BITRATE = 512_000;

/**
 * Writes a folder of settings for a Janus of our own: the video room and the WebSocket transport only, everything
 * on loopback, ICE included.
 * @returns the folder; Janus reads it at its start and never again.
 */
export async function writeJanusConfig(webSocketPort: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'meeting-janus-'));
  const files = {
    'janus.jcfg': `
      general: {
        configs_folder = "${folder}"
        plugins_folder = "${LIBRARIES}/plugins"
        transports_folder = "${LIBRARIES}/transports"
        events_folder = "${LIBRARIES}/events"
        loggers_folder = "${LIBRARIES}/loggers"
        interface = "127.0.0.1"
        debug_level = 3
        debug_colors = false
      }
      nat: {
        ice_enforce_list = "127.0.0.1"
        ignore_mdns = true
      }
      plugins: {
        disable = "libjanus_audiobridge.so,libjanus_duktape.so,libjanus_echotest.so,libjanus_lua.so,libjanus_nosip.so,libjanus_recordplay.so,libjanus_sip.so,libjanus_streaming.so,libjanus_textroom.so,libjanus_videocall.so,libjanus_voicemail.so"
      }
      transports: {
        disable = "libjanus_http.so,libjanus_mqtt.so,libjanus_nanomsg.so,libjanus_pfunix.so,libjanus_rabbitmq.so"
      }`,
    'janus.transport.websockets.jcfg': `
      general: {
        ws = true
        ws_ip = "127.0.0.1"
        ws_port = ${webSocketPort}
      }`,
    'janus.plugin.videoroom.jcfg': `
      room-1234: {
        description = "Demo Room"
        secret = "adminpwd"
        publishers = 6
        bitrate = ${ROOM_BITRATE}
        fir_freq = 10
        record = false
      }`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}
