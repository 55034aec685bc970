// Listens with Laravel Echo, on its `pusher` or `reverb` broadcaster, to a workspace's private channel.
import Echo from "laravel-echo";
import Pusher from "pusher-js";

import { settings, tell } from "./settings.mjs";

const echo = new Echo({
  broadcaster: settings.broadcaster,
  Pusher,
  key: settings.key,
  cluster: "unused",
  wsHost: settings.host,
  wsPort: settings.port,
  forceTLS: false,
  enabledTransports: ["ws"],
  authEndpoint: settings.authEndpoint,
  bearerToken: settings.token,
});

const channel = echo.private(`chats.ch${settings.workspace}`);
channel.subscribed(() => tell({ subscribed: channel.name }));
channel.error((refusal) => tell({ refused: refusal.status }));
channel.listen(".new-chat-received", (payload) => tell({ payload })); // the dot: a name as it is, without a PHP namespace
