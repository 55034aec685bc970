// How this program calls what whatsapp-web.js hands out; its own declarations leave out much of what is there.

/** @typedef {any} Client a whatsapp-web.js Client */
/** @typedef {any} Message a whatsapp-web.js Message */
/** @typedef {any} Chat a whatsapp-web.js PrivateChat or GroupChat */

/** What is known of a person: phone in E.164, lid its user part. @typedef {{ phone: string | null, lid: string | null, name: string | null }} Person */

/** @typedef {{ session_id: string, workspace_id: string }} Origin */

export {};
