// Listens with pusher-js to a workspace's private channel.
import Pusher from "pusher-js";

import { settings, tell } from "./settings.mjs";

const forge = (_params, callback) => callback(null, { auth: `${settings.key}:${"0".repeat(64)}` });

const pusher = new Pusher(settings.key, {
  cluster: "unused",
  wsHost: settings.host,
  wsPort: settings.port,
  forceTLS: false,
  enabledTransports: ["ws"],
  disableStats: true,
  channelAuthorization: settings.forgedAuth
    ? { customHandler: forge }
    : { endpoint: settings.authEndpoint, headers: { Authorization: `Bearer ${settings.token}` } },
});
pusher.connection.bind("error", (error) => tell({ error: error?.data ?? error?.error?.data ?? String(error) }));

const channel = pusher.subscribe(`private-chats.ch${settings.workspace}`);
channel.bind("pusher:subscription_succeeded", () => tell({ subscribed: channel.name }));
channel.bind("pusher:subscription_error", (refusal) => tell({ refused: refusal.status }));
channel.bind("new-chat-received", (payload) => tell({ payload }));
