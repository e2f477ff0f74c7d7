/** Of the API, not of the program: a change that breaks a client changes its first number, and the addresses. */
export const VERSION = '1.0.0';
export const OPENAPI_PATH = '/api/openapi.json';
export const EVENTS_PATH = '/api/v1/events';
export const INSPECTION_PATH = '/api/v1/inspection';
/** What both streams speak, as a WebSocket subprotocol. */
export const EVENTS_PROTOCOL = 'postern.v1';
/** What stands before a token that is offered as a subprotocol. */
export const TOKEN_PROTOCOL = 'token.';
