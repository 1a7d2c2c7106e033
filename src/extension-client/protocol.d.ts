// The messages of the TabAgent native host. Generated from its code: docs/adding-an-action.md says how.

/** The client's name of a request. */
export type RequestId = string | number;

/** Why a request failed. Codes are only ever added. */
export type ErrorCode =
  /** The message is not JSON in UTF-8. */
  | "invalid_json"
  /** It is JSON, but not a request that the host understands. */
  | "invalid_request"
  /** A setting has the wrong type or is out of range. */
  | "invalid_settings"
  /** There is no such action. */
  | "unknown_action"
  /**
   * More than 1,024 requests of this port are open, or more generations, bytes of requests (128 MiB), namespaces (256), downloads that are
   * not done (256) or ports (64) than the extension may have, or more ports of all together than the broker serves.
   */
  | "too_many_requests"
  /** The extension used its tokens of this minute; `details.retryAfterMs`. */
  | "rate_limited"
  /** A frame was cut or too large; the host ends. */
  | "frame_boundary_lost"
  /** The answer would be over 1 MiB. */
  | "response_too_large"
  /** There is no such file, or no such model on this machine. */
  | "model_not_found"
  /** The file is no whole GGUF model. */
  | "model_unreadable"
  /**
   * No engine here runs this kind of model; `details.kind` names it, and the message what to take instead where there is something (of
   * BitNet's TL1 and TL2 files the I2_S one).
   */
  | "model_unsupported"
  /**
   * A generation of the caller runs on it: stop it, or unload with `force`; or it is loaded with other options, and others hold or use it;
   * or it is to be deleted, and is loaded or being downloaded.
   */
  | "model_in_use"
  /** A message has a picture, a sound or a file, and the models here read text only. */
  | "unsupported_modality"
  /** The caller has no active model. */
  | "no_model_loaded"
  /** The named model is not loaded. */
  | "model_not_loaded"
  /** The hub knows no such repository, or hides it from the user. */
  | "repository_not_found"
  /** The repository has no such branch, tag or commit. */
  | "revision_not_found"
  /** The repository has no such file. */
  | "file_not_found"
  /** The repository has no such quant, or nothing that could be run; `details.choices`. */
  | "quant_not_found"
  /** The repository lacks files of the model; `details.choices` names them. */
  | "split_incomplete"
  /** The repository wants a login; `status` is `auth_required`. */
  | "gated_login"
  /** The user has to accept the repository's terms; `status` is `auth_required`. */
  | "gated_accept"
  /** The hub does not know the token (`status` is `auth_required`), or the text is none. */
  | "token_invalid"
  /** The hub wants fewer requests; `details.retryAt`, seconds since 1970. */
  | "hub_rate_limited"
  /** The user forbade requests to the hub (`HF_HUB_OFFLINE`), and what is asked for is not here. */
  | "offline"
  /** The hub cannot be reached, or broke off too often; what came is kept. */
  | "network_failed"
  /** The hub answered what no hub answers; `details.hubRequestId`. */
  | "hub_failed"
  /**
   * Of a download, `details` has `neededBytes` and `availableBytes`, and what came is kept. Of conversations: nothing of the request was
   * stored, and what was stored before is kept.
   */
  | "disk_full"
  /** The bytes are not those that the hub promised, and were put aside. */
  | "hash_mismatch"
  /** The file changed at the hub while it was downloaded. */
  | "upstream_changed"
  /** A folder or file of the cache cannot be read or written. */
  | "cache_unusable"
  /** The model is not on this machine. */
  | "not_cached"
  /** There is no such download, or it is not the caller's. */
  | "download_not_found"
  /** Somebody paused the download; `resume_download` goes on. */
  | "download_paused"
  /** Somebody cancelled the download. */
  | "download_cancelled"
  /** The caller has no such stream: it was never there, or was not kept any longer. */
  | "stream_not_found"
  /** What follows `after` is not kept any more (a client that is over 262,144 events behind). */
  | "stream_gap"
  /** Another request resumed the stream, and gets the rest. */
  | "stream_taken"
  /** Another process of the host has the conversations open, as a rule the shared one: ask there, or end it, and ask again. */
  | "database_busy"
  /** A newer version of the host wrote the conversations: update this one. They were not touched. */
  | "database_too_new"
  /** The files of the conversations cannot be read or written; the message says where to look. */
  | "database_unusable"
  /** The caller has no such conversation or message: it never was there, was deleted, or is another's. */
  | "conversation_not_found"
  /** There is a conversation or message of this id already. */
  | "id_taken"
  /**
   * The caller's conversations would take more room than the user gives them (`conversationMegabytes` in settings.json); or a page more
   * memory than all pages of an extension may take: `details` has `neededBytes` and `availableBytes`.
   */
  | "quota_exceeded"
  /** The caller has no such page: it never was there, was forgotten, or left memory. Index it again. */
  | "page_not_found"
  /**
   * A schema, pattern or grammar cannot be used: it is malformed, asks for what is not supported, or holds for no text. The message says
   * where.
   */
  | "constraint_invalid"
  /** The caller has no such session: it was closed, or the host was started anew since. Create one. */
  | "session_not_found"
  /** The session answers another request. Wait for its end, stop it, or clone the session. */
  | "session_busy"
  /** The prompt does not fit; `details` has `contextTokens` and `neededTokens`. */
  | "context_full"
  /** It, or the smallest quant, does not fit; `details` has `neededBytes` and `availableBytes`. */
  | "insufficient_memory"
  /** The model's chat template cannot be read, or refuses the messages; a raw `prompt` works. */
  | "template_unsupported"
  /** The system does not tell what the answer needs; the message says why. */
  | "hardware_unknown"
  /** The engine failed; the log has more. */
  | "engine_failed"
  /**
   * The engine's process ended; `details.logLines` has what it said last. The next request loads the model again; after three crashes in a
   * row, load it yourself.
   */
  | "engine_crashed"
  /** The user has not allowed the caller to do this; `details` has `grant`, `origin` and `command`. Show `message` to the user. */
  | "grant_required"
  /**
   * The user has not listed this command in the settings; `details.file` names the settings file, `details.example` an entry for this
   * caller. Show `message` to the user.
   */
  | "command_not_allowed"
  /** The command took longer than its entry allows, and was killed with all that it started. */
  | "command_timed_out"
  /** The command is allowed, and its program cannot be run: it is not there, or others may write to it. */
  | "command_failed"
  /** LM Studio's command line tool is not on this machine. */
  | "lm_studio_not_installed"
  /** LM Studio has not been opened yet, so that its tool cannot start it. */
  | "lm_studio_not_bootstrapped"
  /** LM Studio's server did not start or stop in time; the message says what came of it. */
  | "lm_studio_failed"
  /** Only the command line of the same computer may ask this. */
  | "local_only"
  /** The broker ended while it worked on the request; it is started again: load the model, and ask again. */
  | "broker_lost"
  /** The broker could not be started; the message says why. */
  | "broker_unavailable"
  /** The host was updated while it ran: connect again. */
  | "upgrade_required"
  /** The caller stopped the request, or its port or the host ended. */
  | "cancelled"
  /** A fault of the host; the log has it. */
  | "internal";

/** What every request may have, beside its action. */
export interface RequestHead {
  /**
   * A text of at most 128 bytes, or an integer; echoed on every frame about the request, and unique while it is open. The host also takes
   * it as request_id, id.
   */
  requestId?: RequestId;
  /**
   * A secret text of 1 to 128 bytes. Requests that carry it are another caller's than those with another or none, so that profiles of one
   * extension stay apart; limits and grants are the extension's as a whole.
   */
  namespace?: string;
  /** False keeps event frames away, for one-shot `sendNativeMessage`. Default: true. */
  events?: boolean;
}

/** A final frame of a request that succeeded; each action adds its own fields. */
export interface Success {
  /** The request's id, where it has one. The final frame's sender sets it. */
  requestId?: RequestId;
  /** How the request ended. */
  status: "success";
  /** What happened, in words for a person. */
  message?: string;
  /** The kind of final frame, where the protocol names one. */
  type?: string;
}

/** The final frame about a request that failed. */
export interface ErrorReply {
  /** The request's id, where it has one. The final frame's sender sets it. */
  requestId?: RequestId;
  /** How the request ended. */
  status: "error" | "auth_required";
  /** What happened, in words for a person. */
  message?: string;
  /** The kind of final frame, where the protocol names one. */
  type?: string;
  /** Why, for programs. */
  code: ErrorCode;
  /** Figures of the failure; only those that belong to it are there. */
  details?: ErrorDetails;
  /** Who wants it: `huggingface`. */
  provider?: string;
  /** owner/name of the repository; absent where it is about the token alone. */
  repo?: string;
  /** What the person has to do, step by step: `step1` and so on. */
  instructions?: Record<string, string>;
}

/** A frame that comes before the final one; it has no status. */
export interface EventFrame {
  /** The request's id, where it has one. The final frame's sender sets it. */
  requestId?: RequestId;
  type: string;
  payload: unknown;
}

/** How far a download is, at most ten times a second. */
export interface DownloadProgressEvent extends EventFrame {
  type: "MODEL_DOWNLOAD_PROGRESS";
  payload: DownloadView;
}

/** A piece of an answer of `chat_completions`, where its request says `stream`. */
export interface ChatChunkEvent extends EventFrame {
  type: "chat.completion.chunk";
  payload: ChatChunkPayload;
}

/** The conversation is larger than the model's context, and its oldest messages were dropped, as `overflow` says. */
export interface ContextOverflowEvent extends EventFrame {
  type: "contextOverflow";
  payload: ContextOverflowPayload;
}

/** The generation waits for its turn; sent whenever its place changes. */
export interface GenerationQueuedEvent extends EventFrame {
  type: "generationQueued";
  payload: GenerationQueuedPayload;
}

/** How far a generation is: first the prompt, then the answer's text, piece by piece. */
export interface GenerationUpdateEvent extends EventFrame {
  type: "generationUpdate";
  payload: GenerationUpdatePayload;
}

/**
 * A model has left memory, though the caller did not ask for it; the caller's next `generate` on it loads it again. It carries no
 * `requestId`, and comes only on ports that had an answer before.
 */
export interface ModelUnloadedEvent extends EventFrame {
  type: "modelUnloaded";
  payload: ModelUnloadedPayload;
}

/** How far the reading of a repository's files is, at most ten times a second. */
export interface VerifyProgressEvent extends EventFrame {
  type: "modelVerifyProgress";
  payload: VerifyProgressPayload;
}

/** How far a load is: one when it begins, one when it is done, and between them at most 20 a second. */
export interface LoadingProgressEvent extends EventFrame {
  type: "modelWorkerLoadingProgress";
  payload: LoadingProgressPayload;
}

/** How far the indexing of a page is, at most ten times a second; none where it is done at once. */
export interface PageIndexProgressEvent extends EventFrame {
  type: "pageIndexProgress";
  payload: PageIndexProgressPayload;
}

/** The excerpts of pages that the model is shown; the first event of an answer of `ask_page` once its turn has come. */
export interface PageSourcesEvent extends EventFrame {
  type: "pageSources";
  payload: PageSourcesPayload;
}

/** A piece of the last call's arguments. */
export interface ResponseArgumentsEvent extends EventFrame {
  type: "response.function_call_arguments.delta";
  payload: ResponseDeltaPayload;
}

/** The model begins to call a tool. */
export interface ResponseItemAddedEvent extends EventFrame {
  type: "response.output_item.added";
  payload: ResponseItemPayload;
}

/** A piece of what the model says, where a `responses` request says `stream`; so the next three. */
export interface ResponseTextEvent extends EventFrame {
  type: "response.output_text.delta";
  payload: ResponseDeltaPayload;
}

/** A piece of what the model thinks. */
export interface ResponseReasoningEvent extends EventFrame {
  type: "response.reasoning_text.delta";
  payload: ResponseDeltaPayload;
}

/** How likely the next token was, before its text comes; only where the request asked with `logprobs`. */
export interface TokenLogProbsEvent extends EventFrame {
  type: "tokenLogprobs";
  payload: TokenLogProbsPayload;
}

/** The model calls a tool: the call begins, or its arguments go on. */
export interface ToolCallUpdateEvent extends EventFrame {
  type: "toolCallUpdate";
  payload: ToolCallUpdatePayload;
}

/**
 * Adds messages to a conversation, all or none, each behind the one before it. An edit is a message that follows what the old one followed
 * (`parent_id`, or `replaces`): it begins a branch beside it, and the old one stays.
 */
export interface AddMessagesRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** The conversation. The host also takes it as conversationId, chat_id, chatId. */
  conversation_id: string;
  /** At most 200. */
  messages: AddedMessage[];
  /** Begins the conversation where it is not there. Default: false. */
  create?: boolean;
}

/** Asks for a model to stand in the list from now on; one of the same id is replaced. */
export interface AddModelRequest {
  /** The model, as `get_available_models` gives one. */
  model: SuggestedModelInput;
}

/**
 * Lets a model that thinks before it answers stop thinking, and answer: what it has thought so far counts. Changes nothing where it does
 * not think.
 */
export interface AnswerNowRequest {
  /** Of the generation's events, or from `list_streams`. */
  streamId: string;
}

/** Takes messages into a session ahead of the question, such as a long text that it will be about. */
export interface AppendSessionRequest {
  /** As `create_session` or `clone_session` answered it. The host also takes it as sessionId. */
  session_id?: string;
  /** What was said. */
  messages: MessageField[];
  /** Whether the messages are computed now, so that the next answer need not wait for that. Default: true. */
  prefill?: boolean;
}

/**
 * Asks a model a question about pages that were indexed (`index_page`), or about documents that come with it. What they say about it is
 * found by words and by meaning, and given to the model as numbered excerpts; the answer comes as that of `generate`, its first event tells
 * the excerpts, and its final frame says which sentences of the pages it stands on. Nothing is stored. Required: one of page_id, page_ids,
 * url, documents.
 */
export interface AskPageRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** The page. */
  page_id?: string;
  /**
   * Several pages, at most 32, in place of one. Where different embedding models have indexed them, each model's scores count for its own
   * pages, which compares them badly: index them with one.
   */
  page_ids?: string[];
  /** The page's address, where nothing else names it. */
  url?: string;
  /**
   * Texts to ask in place of pages: at most 1,000, with 8,000,000 UTF-16 units together. Nothing is kept of them. The model of their
   * vectors is chosen as for `generate_embeddings`; where it cannot be used, they are searched by words alone.
   */
  documents?: string[];
  /** What to answer: at most 32,768 characters. */
  question: string;
  /** How many excerpts the model is shown; fewer where its context has no room for so many. Range: 1 to 20. Default: 6. */
  top_k?: number;
  /** Settings of this generation alone, as `generate` has them. `top_k` in here is the sampler's. */
  settings?: GenerationSettings;
}

/** Asks what the broker does, for all callers: the command line's to ask. */
export interface BrokerStatusRequest {}

/** Asks the broker to end, and all that it holds with it: the command line's to ask. */
export interface BrokerStopRequest {}

/** Asks for a download to be given up. Required: one of downloadId, modelPath, modelFile. */
export interface CancelDownloadRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * Which quant of the repository, such as `Q4_K_M`, where the address names none; without one what is here, else what fits best. The host
   * also takes it as variant, quantization.
   */
  quant?: string;
  /** A branch, a tag or a commit of the repository, where another than its main branch is meant. */
  revision?: string;
  /** Which download; or the model's address, and its latest download is meant. */
  downloadId?: string;
  /** Whether what came stays on the disk, for another time. Default: true. */
  keep?: boolean;
}

/**
 * Asks a model for the next message of a conversation, in the shapes of OpenAI's chat completions: its request is the rest of this one, its
 * answer the payload of the final frame, and its chunks are events. Required: one of messages, prompt, suffix, chat_id, session_id.
 */
export interface ChatCompletionsRequest extends GenerationSettings {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** The conversation so far, put into the model's own template; control tokens spelled out in it are only text. */
  messages?: MessageField[];
  /**
   * With messages, or with `chat_id`, the user's last one. Else a text to continue as it stands; control tokens spelled out in it are such.
   */
  prompt?: string;
  /**
   * The text behind a gap, where `prompt` is the text before it and there are no messages: the model fills the gap, if it was trained for
   * that. Both are plain text; nothing is stored.
   */
  suffix?: string;
  /**
   * The conversation that the question and the answer are stored in, as it comes; it is begun where it is not there, with all messages of
   * the request. Where the request has no messages, what is stored of it comes before the prompt. Without one nothing is stored. The host
   * also takes it as chatId, conversation_id, conversationId.
   */
  chat_id?: string;
  /** False leaves the disk alone: nothing of the conversation is read or stored. Default: true. */
  store?: boolean;
  /**
   * The stored message that the question follows, empty for none; so an edit begins a branch beside the old question. With `regenerate` the
   * question that is answered again. The last one of the branch that is shown where it is absent. The host also takes it as parentId.
   */
  parent_id?: string;
  /** Answers a stored question once more, beside the answers that it has: a branch of its own. Default: false. */
  regenerate?: boolean;
  /**
   * The session that this goes on with: its messages come first, and it remembers the question and the answer. `create_session` begins one.
   * The host also takes it as sessionId.
   */
  session_id?: string;
  /**
   * What happens where the conversation is larger than the model's context: `stop`, as usual, fails; `drop_oldest` drops the oldest
   * questions and answers, and keeps the system message; `shift` does so in the middle of an answer too, which then goes on. A session has
   * its own. Each time a `contextOverflow` event tells.
   */
  overflow?: "stop" | "drop_oldest" | "shift";
  /** The tools that the model may call: the answer then has `toolCalls`, and a message of role `tool` brings each result back. */
  tools?: ToolField[];
  /**
   * `auto`, as usual, leaves it to the model whether it calls tools, `none` forbids it, `required` wants a call; `{"type": "function",
   * "function": {"name": …}}` that of one tool.
   */
  tool_choice?: unknown;
  /** Whether the model may call several tools at once. Default: true. */
  parallel_tool_calls?: boolean;
  /**
   * Whether the model thinks before it answers, where its template lets one choose; as the template has it where absent. The host also
   * takes it as enableThinking.
   */
  enable_thinking?: boolean;
  /**
   * Most tokens to think with, after which the model is made to answer; 0 for none, -1 for as many as it likes. Range: -1 or more. Default:
   * -1. The host also takes it as thinkingBudget.
   */
  thinking_budget?: number;
  /**
   * What the answer has to look like, in OpenAI's shape: `{"type": "json_schema", "json_schema": {"schema": …}}`, `{"type": "json_object"}`
   * or `{"type": "text"}`. One of this and the next four.
   */
  response_format?: unknown;
  /** The JSON Schema that the answer satisfies (a subset of draft 2020-12: docs/structured-output.md). */
  json_schema?: unknown;
  /** The regular expression that the whole answer matches. */
  regex?: string;
  /** The grammar that the answer is a text of, in llama.cpp's notation (GBNF). */
  grammar?: string;
  /** The texts of which the answer is one. */
  choices?: string[];
  /** An object with further variables for the model's chat template, such as `reasoning_effort`. */
  chat_template_kwargs?: unknown;
  /** Whether it is told of each token how likely the model held it. */
  logprobs?: boolean;
  /** With `logprobs`, how many of the likeliest tokens are told with each one. Range: 0 to 20. Default: 0. */
  top_logprobs?: number;
  /** Settings of this generation alone. */
  settings?: GenerationSettings;
  /** Whether the answer comes in chunks too, one event each. Default: false. */
  stream?: boolean;
  /** How many answers to the one question; more than one cannot be stored. Range: 1 to 8. Default: 1. */
  n?: number;
}

/** Asks whether LM Studio is on this machine, and whether its server runs. */
export interface CheckLmStudioRequest {}

/**
 * Asks whether a model can be loaded: one of some size, or one that is named, of which more is known than its size. Required: one of
 * modelSizeMb, modelPath, modelFile.
 */
export interface CheckModelFeasibilityRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * Which quant of the repository, such as `Q4_K_M`, where the address names none; without one what is here, else what fits best. The host
   * also takes it as variant, quantization.
   */
  quant?: string;
  /** A branch, a tag or a commit of the repository, where another than its main branch is meant. */
  revision?: string;
  /**
   * The size of its files in megabytes of 2^20 bytes; above 0, up to 1,000,000,000. Beside a name it is what counts where the model is not
   * on this machine; a name alone is looked up at the hub then. The host also takes it as model_size_mb.
   */
  modelSizeMb?: number;
}

/** Asks for the token that is kept to be forgotten. */
export interface ClearTokenRequest {}

/** Makes another session that begins as this one is now, and goes on by itself. Nothing is computed again. */
export interface CloneSessionRequest {
  /** As `create_session` or `clone_session` answered it. The host also takes it as sessionId. */
  session_id?: string;
}

/** Ends a session; a request that it answers goes on. */
export interface CloseSessionRequest {
  /** As `create_session` or `clone_session` answered it. The host also takes it as sessionId. */
  session_id?: string;
}

/** Asks for texts in groups of like meaning. The model is chosen as for `generate_embeddings`. */
export interface ClusterTextsRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** The texts, 2 to 2,000. */
  texts: string[];
  /** How many groups are wanted; no more come than there are texts, and `dbscan` finds out by itself. Range: 2 to 100. Default: 5. */
  n_clusters?: number;
  /** How they are found: around means, by joining the nearest, or wherever texts lie close. Default: "kmeans". */
  algorithm?: "kmeans" | "hierarchical" | "dbscan";
  /** For `dbscan`: how near a neighbour is, 1 less the cosine. Range: 0 to 2. Default: 0.4. */
  eps?: number;
  /** For `dbscan`: how many texts make a group. Range: 1 to 100. Default: 2. */
  min_samples?: number;
}

/** Asks for what belongs to no model to be deleted from the cache. */
export interface CollectGarbageRequest {
  /** Whether it is only to be told what would go. Default: false. */
  dryRun?: boolean;
  /** What has changed in so many days stays. Range: 0 to 3,650. Default: 7. */
  olderThanDays?: number;
}

/** Asks how alike two texts are by their meaning. The model is chosen as for `generate_embeddings`. */
export interface ComputeSimilarityRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** The one. */
  text1: string;
  /** The other. */
  text2: string;
  /** How their vectors are compared. Default: "cosine". */
  metric?: "cosine" | "dot_product" | "euclidean";
}

/**
 * Counts the tokens of a text, or of messages as the model would read them: in its own template, with what a session holds before them.
 * Required: one of text, messages, session_id.
 */
export interface CountTokensRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** A text as it stands, without a template. The host also takes it as prompt. */
  text?: string;
  /** A conversation; with a session what would be added to it. */
  messages?: MessageField[];
  /** The tools that the model would be told of. */
  tools?: ToolField[];
  /** The session whose messages come first; its model is asked. The host also takes it as sessionId. */
  session_id?: string;
}

/** Begins a conversation. Without an id it gets one. */
export interface CreateConversationRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** The conversation. The host also takes it as conversationId, chat_id, chatId. */
  conversation_id?: string;
  /** At most 2,000 characters. */
  title?: string;
  /** A word to find it by, at most 500 characters; empty takes it away. */
  topic?: string;
  /** Another such word. */
  domain?: string;
  /** Whether it has a star. One with a star is not deleted for its age. The host also takes it as isStarred. */
  is_starred?: boolean;
  /** Settings of this conversation, which the host keeps and gives back: an object of at most 16 KiB; null takes them away. */
  settings?: unknown;
  /** What the client wants to keep with it: an object of at most 16 KiB; null takes it away. */
  metadata?: unknown;
  /** Whose it is, where an extension has several users; kept as `user_id` of the metadata. The host also takes it as userId. */
  user_id?: string;
}

/**
 * Begins a session: a conversation that the host remembers with what the model has computed of it, until it is closed or the host ends. It
 * is the caller's alone. `generate` and `chat_completions` go on with it by `session_id`.
 */
export interface CreateSessionRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** What was said before: usually a system message, perhaps examples. */
  messages?: MessageField[];
  /** The tools of its answers, where their requests name none. */
  tools?: ToolField[];
  /**
   * What happens where it is larger than the model's context: `drop_oldest`, as usual, drops the oldest questions and answers, and keeps
   * the system message; `shift` does so in the middle of an answer too; `stop` fails.
   */
  overflow?: "stop" | "drop_oldest" | "shift";
  /** Whether the messages are computed now, so that the first answer need not wait for that. Default: true. */
  prefill?: boolean;
}

/** Deletes a conversation with its messages, for good. That it is deleted stays known, so that other devices hear of it. */
export interface DeleteConversationRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** The conversation. The host also takes it as conversationId, chat_id, chatId. */
  conversation_id: string;
}

/** Deletes what a message says. Messages that followed it follow the one before it. */
export interface DeleteMessageRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** The message. The host also takes it as messageId. */
  message_id: string;
}

/**
 * Asks for a model to be deleted from this machine; a repository alone means all that is here of it. Required: one of modelPath, modelFile.
 */
export interface DeleteModelRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * Which quant of the repository, such as `Q4_K_M`, where the address names none; without one what is here, else what fits best. The host
   * also takes it as variant, quantization.
   */
  quant?: string;
  /** A branch, a tag or a commit of the repository, where another than its main branch is meant. */
  revision?: string;
}

/**
 * Asks what a model would take of the memory, and how fast it would be, before it is loaded or even downloaded. Required: one of modelPath,
 * modelFile.
 */
export interface EstimateModelSizeRequest extends LoadSettings {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * Which quant of the repository, such as `Q4_K_M`, where the address names none; without one what is here, else what fits best. The host
   * also takes it as variant, quantization.
   */
  quant?: string;
  /** A branch, a tag or a commit of the repository, where another than its main branch is meant. */
  revision?: string;
  /** How it would be loaded, as for `load_model`. */
  settings?: LoadSettings;
  /** What the context would be kept in, where another than the engine's choice is of interest; a ternary model has no other. */
  cache_type?: "f32" | "f16" | "bf16" | "q8_0" | "q5_1" | "q5_0" | "q4_1" | "q4_0" | "iq4_nl";
}

/** Asks for a program to be run, which the user has to have allowed in the settings. */
export interface ExecuteCommandRequest {
  /**
   * The program, by its absolute path or by the name that the user gave it, and its arguments, on one line of at most 8,192 characters. It
   * is split into words by rules of the host's own; no shell sees it.
   */
  command: string;
}

/**
 * Asks for conversations as JSON lines, one for each: `{"messages":[{"role","content",…}],…}` as OpenAI has them, and with what else is
 * known of conversation and messages, so that `import_conversations` makes the same again. Each has the branch that is shown.
 */
export interface ExportConversationsRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** The conversation. The host also takes it as conversationId, chat_id, chatId. */
  conversation_id?: string;
  /** The `next_cursor` of an earlier page, to go on behind it. */
  cursor?: string;
}

/** Asks the host to forget a page of the caller's, or all of them. Required: one of page_id, url, all. */
export interface ForgetPageRequest {
  /** The page. */
  page_id?: string;
  /** Its address, where no `page_id` is given. */
  url?: string;
  /** All pages of the caller's, whatever else is named. Default: false. */
  all?: boolean;
}

/**
 * Asks for the vectors of texts. Without a model, or with `default`, the caller's loaded embedding model computes them, or else the one
 * that the user's setting `embeddingModel` names, which is the one that comes with the host unless it is changed. Required: one of texts,
 * input.
 */
export interface GenerateEmbeddingsRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** The texts, at most 10,000. */
  texts?: string[];
  /** The same as OpenAI names it: a text, or a list of texts. */
  input?: string | string[];
  /**
   * What the texts are, where a model was trained to tell texts that are looked for from texts that are looked through. Default:
   * "similarity".
   */
  input_type?: "similarity" | "query" | "document";
  /** Put before each text instead of what the model was trained with for the `input_type`; empty for nothing; at most 1,000 characters. */
  prefix?: string;
  /**
   * Keeps so many numbers of each vector, the first ones, and brings it to length 1 again; only for models that were trained for it. Absent
   * for all. Range: 1 or more.
   */
  dimensions?: number;
  /**
   * How vectors are written: as arrays, or as 32-bit floats, the least byte first, in base64, which takes half the room. Default: "float".
   */
  encoding_format?: "float" | "base64";
  /** The first text that is wanted: that of an answer's `next_offset`. Range: 0 or more. Default: 0. */
  offset?: number;
}

/** Asks a model to answer a conversation, or to continue a text. Required: one of messages, prompt, suffix, chat_id, session_id. */
export interface GenerateRequest extends GenerationSettings {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** The conversation so far, put into the model's own template; control tokens spelled out in it are only text. */
  messages?: MessageField[];
  /**
   * With messages, or with `chat_id`, the user's last one. Else a text to continue as it stands; control tokens spelled out in it are such.
   */
  prompt?: string;
  /**
   * The text behind a gap, where `prompt` is the text before it and there are no messages: the model fills the gap, if it was trained for
   * that. Both are plain text; nothing is stored.
   */
  suffix?: string;
  /**
   * The conversation that the question and the answer are stored in, as it comes; it is begun where it is not there, with all messages of
   * the request. Where the request has no messages, what is stored of it comes before the prompt. Without one nothing is stored. The host
   * also takes it as chatId, conversation_id, conversationId.
   */
  chat_id?: string;
  /** False leaves the disk alone: nothing of the conversation is read or stored. Default: true. */
  store?: boolean;
  /**
   * The stored message that the question follows, empty for none; so an edit begins a branch beside the old question. With `regenerate` the
   * question that is answered again. The last one of the branch that is shown where it is absent. The host also takes it as parentId.
   */
  parent_id?: string;
  /** Answers a stored question once more, beside the answers that it has: a branch of its own. Default: false. */
  regenerate?: boolean;
  /**
   * The session that this goes on with: its messages come first, and it remembers the question and the answer. `create_session` begins one.
   * The host also takes it as sessionId.
   */
  session_id?: string;
  /**
   * What happens where the conversation is larger than the model's context: `stop`, as usual, fails; `drop_oldest` drops the oldest
   * questions and answers, and keeps the system message; `shift` does so in the middle of an answer too, which then goes on. A session has
   * its own. Each time a `contextOverflow` event tells.
   */
  overflow?: "stop" | "drop_oldest" | "shift";
  /** The tools that the model may call: the answer then has `toolCalls`, and a message of role `tool` brings each result back. */
  tools?: ToolField[];
  /**
   * `auto`, as usual, leaves it to the model whether it calls tools, `none` forbids it, `required` wants a call; `{"type": "function",
   * "function": {"name": …}}` that of one tool.
   */
  tool_choice?: unknown;
  /** Whether the model may call several tools at once. Default: true. */
  parallel_tool_calls?: boolean;
  /**
   * Whether the model thinks before it answers, where its template lets one choose; as the template has it where absent. The host also
   * takes it as enableThinking.
   */
  enable_thinking?: boolean;
  /**
   * Most tokens to think with, after which the model is made to answer; 0 for none, -1 for as many as it likes. Range: -1 or more. Default:
   * -1. The host also takes it as thinkingBudget.
   */
  thinking_budget?: number;
  /**
   * What the answer has to look like, in OpenAI's shape: `{"type": "json_schema", "json_schema": {"schema": …}}`, `{"type": "json_object"}`
   * or `{"type": "text"}`. One of this and the next four.
   */
  response_format?: unknown;
  /** The JSON Schema that the answer satisfies (a subset of draft 2020-12: docs/structured-output.md). */
  json_schema?: unknown;
  /** The regular expression that the whole answer matches. */
  regex?: string;
  /** The grammar that the answer is a text of, in llama.cpp's notation (GBNF). */
  grammar?: string;
  /** The texts of which the answer is one. */
  choices?: string[];
  /** An object with further variables for the model's chat template, such as `reasoning_effort`. */
  chat_template_kwargs?: unknown;
  /** Whether it is told of each token how likely the model held it. */
  logprobs?: boolean;
  /** With `logprobs`, how many of the likeliest tokens are told with each one. Range: 0 to 20. Default: 0. */
  top_logprobs?: number;
  /** Settings of this generation alone. */
  settings?: GenerationSettings;
}

/** Asks for all downloads that are not done. */
export interface GetActiveDownloadsRequest {}

/** Asks for all models of the list. */
export interface GetAvailableModelsRequest {}

/** Asks for a conversation and the messages of one of its branches, a page at a time. */
export interface GetConversationRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** The conversation. The host also takes it as conversationId, chat_id, chatId. */
  conversation_id: string;
  /** How many messages at most; fewer come where more do not fit into a frame. Range: 1 to 1,000. Default: 1000. */
  limit?: number;
  /**
   * Which page comes first: that with the conversation's first messages, or that with its last ones. The pages that follow go on from
   * there; within each page the oldest message is first. Default: "start".
   */
  from?: "start" | "end";
  /** The `next_cursor` of an earlier page, to go on behind it. */
  cursor?: string;
  /** A message, to see the branch that it is on instead of the one that is shown. The host also takes it as headId. */
  head_id?: string;
}

/** Asks which model requests without an address mean. */
export interface GetCurrentModelRequest {}

/** Asks for the model of a type that somebody should begin with. */
export interface GetDefaultModelRequest {
  /** Such as `gguf`, `bitnet` or `embedding`, in any letter case. The host also takes it as type. */
  modelType: string;
}

/** Asks how far one download is. Required: one of downloadId, modelPath, modelFile. */
export interface GetDownloadStatusRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * Which quant of the repository, such as `Q4_K_M`, where the address names none; without one what is here, else what fits best. The host
   * also takes it as variant, quantization.
   */
  quant?: string;
  /** A branch, a tag or a commit of the repository, where another than its main branch is meant. */
  revision?: string;
  /** Which download; or the model's address, and its latest download is meant. */
  downloadId?: string;
}

/** Asks for the models on this machine. */
export interface GetDownloadedModelsRequest {
  /** How many to pass over. Range: 0 or more. Default: 0. */
  offset?: number;
  /** How many at most. Range: 1 to 1,000. Default: 1000. */
  limit?: number;
}

/** Asks what the machine has and has free. */
export interface GetHardwareInfoRequest {}

/** Asks which settings the caller saved for a model, and what a generation on it goes by. Required: one of modelPath, modelFile. */
export interface GetInferenceSettingsRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * Which quant of the repository, such as `Q4_K_M`, where the address names none; without one what is here, else what fits best. The host
   * also takes it as variant, quantization.
   */
  quant?: string;
  /** A branch, a tag or a commit of the repository, where another than its main branch is meant. */
  revision?: string;
}

/** Asks for the caller's models that are in memory. */
export interface GetLoadedModelsRequest {}

/** Asks what memory is used, in bytes. */
export interface GetMemoryUsageRequest {}

/** Asks for a message, and for a piece of its text where that is too long for a frame. */
export interface GetMessageRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** The message. The host also takes it as messageId. */
  message_id: string;
  /** Where the piece begins: the `next_byte` of the piece before. Range: 0 or more. Default: 0. */
  from_byte?: number;
  /** Which text is asked for. Default: "content". */
  part?: "content" | "reasoning";
}

/** Asks what is loaded; the caller's active model where none is named. */
export interface GetModelStateRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
}

/** Asks for the models of a type. */
export interface GetModelsByTypeRequest {
  /** Such as `gguf`, `bitnet` or `embedding`, in any letter case. The host also takes it as type. */
  modelType: string;
}

/** Asks for the caller's settings; those of a model where one is named. */
export interface GetParamsRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
}

/** Asks for the ways to run a model, and which of them there are here. */
export interface GetRecipesRequest {}

/** Asks how large models should be on this machine. */
export interface GetRecommendedModelsRequest {}

/** Asks for the list of models, by name. */
export interface GetRegisteredModelsRequest {}

/** Asks what the machine is, and which engines of this host run on what of it. */
export interface GetSystemInfoRequest {
  /** Whether to list what the host consists of, too. Default: false. */
  verbose?: boolean;
}

/** Asks for the machine's resources, in bytes. */
export interface GetSystemResourcesRequest {}

/** Asks whether there is a token; never for the token. */
export interface GetTokenStatusRequest {
  /** Whether the hub is to be asked if it knows the token, and whose it is. Default: false. */
  check?: boolean;
}

/**
 * Takes conversations in: an export of this host, OpenAI's JSON lines, or what the old host's database had. Importing the same again
 * changes nothing, but a conversation that was deleted since begins once more; a message that was deleted alone stays so. What cannot be
 * kept is refused record by record. Required: one of text, conversations, nodes.
 */
export interface ImportConversationsRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /**
   * JSON lines, each `{"messages":[{"role","content"}…]}`, perhaps with `id`, `title` and the other fields of an export. A file that is too
   * long for a request is sent in pieces of whole lines.
   */
  text?: string;
  /** The same as objects. */
  conversations?: ImportedConversation[];
  /**
   * The old host's nodes: `Chat`, `Message`, `Summary` and `Attachment`, as objects with a `type` or inside one of that name. Other types
   * are not about conversations and are left out.
   */
  nodes?: unknown[];
}

/**
 * Gives the host the text of a page, so that it can be asked with `ask_page`. It is kept in memory only, for this caller alone, until it is
 * forgotten, other pages need its room (64 MiB for those of an extension), or the host ends. The embedding model is chosen as for
 * `generate_embeddings`.
 */
export interface IndexPageRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * The page's address, at most 8,192 characters. One that was indexed before is replaced; what is still the same in it is not embedded
   * again.
   */
  url: string;
  /** Its title, which the model is told; the first 300 characters are kept. */
  title?: string;
  /** Its text, at most 8,000,000 UTF-16 units. What citations say of places is about this text, unit by unit. */
  text: string;
}

/** Lists conversations, the last changed first. */
export interface ListConversationsRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** Only those of this user of the extension; all of them where it is absent or `default`. The host also takes it as userId. */
  user_id?: string;
  /** How many at most. Range: 1 to 1,000. Default: 100. */
  limit?: number;
  /** How many to leave out at the beginning. Range: 0 or more. Default: 0. */
  offset?: number;
  /** The `next_cursor` of an earlier page, to go on behind it: faster than `offset`, and steady while conversations change. */
  cursor?: string;
  /** Only those with a star, or only those without. The host also takes it as isStarred. */
  is_starred?: boolean;
  /** Only those of this topic. */
  topic?: string;
}

/** Asks which models the caller has loaded, those as well that left memory and come back with its next use. */
export interface ListLoadedModelsRequest {}

/** Asks which pages of the caller's the host has, the last used one first. */
export interface ListPagesRequest {
  /** How many at most. Range: 1 to 1,000. Default: 100. */
  limit?: number;
  /** How many to leave out at the beginning: the `next_offset` of an earlier answer. Range: 0 or more. Default: 0. */
  offset?: number;
}

/** Asks for the caller's sessions. */
export interface ListSessionsRequest {}

/** Asks which streams the caller can resume. */
export interface ListStreamsRequest {}

/** Asks for a model to be read into memory, and to be the caller's active one. Required: one of modelPath, modelFile. */
export interface LoadModelRequest extends GenerationSettings, LoadSettings {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * Which quant of the repository, such as `Q4_K_M`, where the address names none; without one what is here, else what fits best. The host
   * also takes it as variant, quantization.
   */
  quant?: string;
  /** A branch, a tag or a commit of the repository, where another than its main branch is meant. */
  revision?: string;
  /** How to load it, and how to generate with it from now on. */
  settings?: GenerationSettings & LoadSettings;
}

/** Asks for a download to stop, with what came kept. Required: one of downloadId, modelPath, modelFile. */
export interface PauseDownloadRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * Which quant of the repository, such as `Q4_K_M`, where the address names none; without one what is here, else what fits best. The host
   * also takes it as variant, quantization.
   */
  quant?: string;
  /** A branch, a tag or a commit of the repository, where another than its main branch is meant. */
  revision?: string;
  /** Which download; or the model's address, and its latest download is meant. */
  downloadId?: string;
}

/** Asks whether the host is there. */
export interface PingRequest {}

/** Asks for a model of a repository to be downloaded. Required: one of modelPath, modelFile. */
export interface PullModelRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * Which quant of the repository, such as `Q4_K_M`, where the address names none; without one what is here, else what fits best. The host
   * also takes it as variant, quantization.
   */
  quant?: string;
  /** A branch, a tag or a commit of the repository, where another than its main branch is meant. */
  revision?: string;
  /** Of those that wait, the one with the highest starts first. Default: 0. */
  priority?: number;
  /** Whether the answer comes when it is done, and not when it is begun. Default: true. */
  wait?: boolean;
}

/**
 * Deletes conversations for good, those that were left alone longest first, and what the journal still has of them. Of the caller's own, or
 * of one owner whom `origin` names. Where all of them are to go, the owner's pages (`index_page`) are forgotten as well. Required: one of
 * older_than_days, unchanged_since, down_to_bytes.
 */
export interface PurgeRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** All that were not changed for so many days; 0 for all there are. Range: 0 or more. */
  older_than_days?: number;
  /** All that were not changed since then: milliseconds since 1970, or a text of ISO 8601. */
  unchanged_since?: unknown;
  /** As many as it takes until at most so many bytes are left, as `storage_report` counts. Range: 0 or more. */
  down_to_bytes?: number;
  /** Those with a star too. Default: false. */
  include_starred?: boolean;
}

/** Asks what memory there is, and what models take of it. */
export interface QueryResourcesRequest {}

/** Asks which of some texts are most like one of them. The model is chosen as for `generate_embeddings`. */
export interface RecommendItemsRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** The texts, that one among them: 2 to 10,000. */
  items: string[];
  /** The number of that one, from 0. Range: 0 or more. */
  query_item_index: number;
  /** How many are wanted. Range: 1 to 100. Default: 10. */
  k?: number;
}

/** Asks how many layers of a model a GPU should have. */
export interface RecommendSplitRequest {
  /** The size of its files in bytes; at least one for each layer, at most 2^50. */
  modelSize: number;
  /** Its layers, a whole number. Range: 1 to 10,000. Default: 32. */
  totalLayers?: number;
}

/** Gives a conversation another title. */
export interface RenameConversationRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** The conversation. The host also takes it as conversationId, chat_id, chatId. */
  conversation_id: string;
  /** At most 2,000 characters; may be empty. */
  title: string;
}

/**
 * Asks for documents in the order in which they answer a query. A reranker scores them, where one is named or the caller has one loaded;
 * else the model of `generate_embeddings` compares their vectors. The answer says which.
 */
export interface RerankDocumentsRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** What is asked: at most 32,768 characters. */
  query?: string;
  /** What may answer it, at most 4,000. */
  documents?: string[];
  /** How many are wanted; absent for all. Range: 1 or more. */
  top_k?: number;
}

/**
 * Asks a model for the next items of a conversation, in the shapes of OpenAI's responses: its request is the rest of this one, its answer
 * the payload of the final frame, and its deltas are events. A request has the whole conversation, unless it names one that is stored, or a
 * session.
 */
export interface ResponsesRequest extends GenerationSettings {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** The conversation so far, put into the model's own template; control tokens spelled out in it are only text. */
  messages?: MessageField[];
  /**
   * With messages, or with `chat_id`, the user's last one. Else a text to continue as it stands; control tokens spelled out in it are such.
   */
  prompt?: string;
  /**
   * The text behind a gap, where `prompt` is the text before it and there are no messages: the model fills the gap, if it was trained for
   * that. Both are plain text; nothing is stored.
   */
  suffix?: string;
  /**
   * The conversation that the question and the answer are stored in, as it comes; it is begun where it is not there, with all messages of
   * the request. Where the request has no messages, what is stored of it comes before the prompt. Without one nothing is stored. The host
   * also takes it as chatId, conversation_id, conversationId.
   */
  chat_id?: string;
  /** False leaves the disk alone: nothing of the conversation is read or stored. Default: true. */
  store?: boolean;
  /**
   * The stored message that the question follows, empty for none; so an edit begins a branch beside the old question. With `regenerate` the
   * question that is answered again. The last one of the branch that is shown where it is absent. The host also takes it as parentId.
   */
  parent_id?: string;
  /** Answers a stored question once more, beside the answers that it has: a branch of its own. Default: false. */
  regenerate?: boolean;
  /**
   * The session that this goes on with: its messages come first, and it remembers the question and the answer. `create_session` begins one.
   * The host also takes it as sessionId.
   */
  session_id?: string;
  /**
   * What happens where the conversation is larger than the model's context: `stop`, as usual, fails; `drop_oldest` drops the oldest
   * questions and answers, and keeps the system message; `shift` does so in the middle of an answer too, which then goes on. A session has
   * its own. Each time a `contextOverflow` event tells.
   */
  overflow?: "stop" | "drop_oldest" | "shift";
  /** The tools that the model may call: the answer then has `toolCalls`, and a message of role `tool` brings each result back. */
  tools?: ToolField[];
  /**
   * `auto`, as usual, leaves it to the model whether it calls tools, `none` forbids it, `required` wants a call; `{"type": "function",
   * "function": {"name": …}}` that of one tool.
   */
  tool_choice?: unknown;
  /** Whether the model may call several tools at once. Default: true. */
  parallel_tool_calls?: boolean;
  /**
   * Whether the model thinks before it answers, where its template lets one choose; as the template has it where absent. The host also
   * takes it as enableThinking.
   */
  enable_thinking?: boolean;
  /**
   * Most tokens to think with, after which the model is made to answer; 0 for none, -1 for as many as it likes. Range: -1 or more. Default:
   * -1. The host also takes it as thinkingBudget.
   */
  thinking_budget?: number;
  /**
   * What the answer has to look like, in OpenAI's shape: `{"type": "json_schema", "json_schema": {"schema": …}}`, `{"type": "json_object"}`
   * or `{"type": "text"}`. One of this and the next four.
   */
  response_format?: unknown;
  /** The JSON Schema that the answer satisfies (a subset of draft 2020-12: docs/structured-output.md). */
  json_schema?: unknown;
  /** The regular expression that the whole answer matches. */
  regex?: string;
  /** The grammar that the answer is a text of, in llama.cpp's notation (GBNF). */
  grammar?: string;
  /** The texts of which the answer is one. */
  choices?: string[];
  /** An object with further variables for the model's chat template, such as `reasoning_effort`. */
  chat_template_kwargs?: unknown;
  /** Whether it is told of each token how likely the model held it. */
  logprobs?: boolean;
  /** With `logprobs`, how many of the likeliest tokens are told with each one. Range: 0 to 20. Default: 0. */
  top_logprobs?: number;
  /** Settings of this generation alone. */
  settings?: GenerationSettings;
  /**
   * A text of the user's; or a list of items: messages (`role` and `content`), `function_call` and `function_call_output`, and `reasoning`
   * as answers have them.
   */
  input: unknown;
  /** The system message, before the input. */
  instructions?: string;
  /** What the answer has to look like: `{"format": {"type": "json_schema", "schema": …}}`. */
  text?: unknown;
  /** Whether the answer comes in deltas too, one event each. Default: false. */
  stream?: boolean;
}

/** Asks for a download to go on that was paused or failed. Required: one of downloadId, modelPath, modelFile. */
export interface ResumeDownloadRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * Which quant of the repository, such as `Q4_K_M`, where the address names none; without one what is here, else what fits best. The host
   * also takes it as variant, quantization.
   */
  quant?: string;
  /** A branch, a tag or a commit of the repository, where another than its main branch is meant. */
  revision?: string;
  /** Which download; or the model's address, and its latest download is meant. */
  downloadId?: string;
}

/**
 * Asks for the rest of a stream, from any port of its caller's: the events behind `after`, once each and in order, then the final frame.
 */
export interface ResumeStreamRequest {
  /** Of the generation's events, or from `list_streams`. */
  streamId: string;
  /** Number of the last event that the client has; 0 for none. Range: 0 or more. Default: 0. */
  after?: number;
}

/** Forgets what was said last. */
export interface RewindSessionRequest {
  /** As `create_session` or `clone_session` answered it. The host also takes it as sessionId. */
  session_id?: string;
  /** How many of the oldest messages stay; 0 for none. Range: 0 or more. */
  keep: number;
}

/**
 * Saves settings for a model: the caller's next loads of it begin with them, also after a restart. Required: one of modelPath, modelFile.
 */
export interface SaveInferenceSettingsRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * Which quant of the repository, such as `Q4_K_M`, where the address names none; without one what is here, else what fits best. The host
   * also takes it as variant, quantization.
   */
  quant?: string;
  /** A branch, a tag or a commit of the repository, where another than its main branch is meant. */
  revision?: string;
  /** They take the place of what was saved before; none, or an empty object, forgets it. */
  settings?: GenerationSettings;
}

/** Asks what a repository has for somebody who wants to run a model of it. Required: one of modelPath, modelFile. */
export interface ScanRepoRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * Which quant of the repository, such as `Q4_K_M`, where the address names none; without one what is here, else what fits best. The host
   * also takes it as variant, quantization.
   */
  quant?: string;
  /** A branch, a tag or a commit of the repository, where another than its main branch is meant. */
  revision?: string;
}

/** Asks for conversations whose titles or messages have the words of a query, or whose titles have it within a word. */
export interface SearchConversationsRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** What is looked for, at most 10,000 characters. */
  query: string;
  /** Only those of this user of the extension; all of them where it is absent or `default`. The host also takes it as userId. */
  user_id?: string;
  /** How many at most. Range: 1 to 100. Default: 20. */
  limit?: number;
  /** How many to leave out at the beginning: the `next_offset` of an earlier answer. Range: 0 or more. Default: 0. */
  offset?: number;
  /** Only those with a star, or only those without. The host also takes it as isStarred. */
  is_starred?: boolean;
  /** Only those of this topic. */
  topic?: string;
}

/** Asks for stored messages by their words and by their meaning. */
export interface SearchMessagesRequest {
  /** What is looked for, at most 10,000 characters. */
  query: string;
  /** How many are wanted. Range: 1 to 100. Default: 20. */
  limit?: number;
  /** By words and meaning, or by one of them alone. Default: "hybrid". */
  mode?: "hybrid" | "text" | "semantic";
  /** Only messages of this conversation. */
  conversation_id?: string;
  /** Only messages of this role, such as `user`. */
  role?: string;
  /** Only messages from this time on, in milliseconds since 1970. Range: 0 or more. */
  from?: number;
  /** Only messages before this time, in milliseconds since 1970. Range: 0 or more. */
  before?: number;
  /** Whose messages, where the user has allowed others' to be seen: an origin, or `*` for everybody's; absent for the caller's own. */
  origin?: string;
}

/** Makes one of the caller's loaded models the one that requests without an address mean. Required: one of modelPath, modelFile. */
export interface SelectActiveModelRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
}

/** Shows another branch of a conversation: the one that a message is on, down to the newest message below it. */
export interface SelectBranchRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** The conversation. The host also takes it as conversationId, chat_id, chatId. */
  conversation_id: string;
  /** The message. The host also takes it as messageId. */
  message_id: string;
}

/** Asks which of some documents are nearest to a query by their meaning. The model is chosen as for `generate_embeddings`. */
export interface SemanticSearchRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** What is looked for: at most 32,768 characters. */
  query: string;
  /** What is looked through, at most 10,000 texts. */
  documents: string[];
  /** How many are wanted. Range: 1 to 100. Default: 5. */
  k?: number;
  /** Leaves out what has a lower score. Range: 0 to 1. */
  score_threshold?: number;
  /** How vectors are compared. Default: "cosine". */
  metric?: "cosine" | "dot_product" | "euclidean";
}

/** Changes some of the caller's settings for all models; the others stay. */
export interface SetParamsRequest {
  /** The settings to change. */
  params?: GenerationSettings;
}

/** Asks for the user's token at the hub to be kept. */
export interface SetTokenRequest {
  /** It begins with `hf_`. No answer and no log ever has it. */
  token: string;
}

/** Asks for LM Studio's server to be started; nothing happens where it runs. */
export interface StartLmStudioRequest {}

/** Asks for generations to end early: the one named, or all of the caller's. */
export interface StopGenerationRequest {
  /**
   * The id of a `generate`, `resume_stream`, `load_model` or `verify_model` to stop: of this port, or where it has none of that id, of the
   * caller's other ports. Without it, and without a stream, all the caller's generations are stopped, on all its ports.
   */
  targetRequestId?: RequestId;
  /** The stream to stop, whichever request began it. */
  streamId?: string;
}

/** Asks for LM Studio's server to be stopped. */
export interface StopLmStudioRequest {}

/** Asks what is stored, what it takes, and for how long it is kept. */
export interface StorageReportRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
}

/**
 * Asks what has changed, on this machine or by other devices' pushes, in pages: ask again with the answer's `cursor`, at once where it
 * `has_more`, and later for what has changed by then. Each record can be pushed as it is. Deletions are told of for 180 days. A device that
 * was away for longer begins anew, without a cursor, and deletes what it had pulled or pushed before and does not come then, before it
 * pushes anything: here nobody knows any more that it was deleted.
 */
export interface SyncPullRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** The cursor of the last answer; absent to begin. */
  cursor?: string;
  /**
   * Only what was written since then: milliseconds since 1970, or a text of ISO 8601. Clocks differ, and what was written long ago may be
   * pushed late, so a cursor is better.
   */
  since?: unknown;
  /**
   * Only the conversations of this user of the extension, and their messages; all of them where it is absent or `default`. Whose a deleted
   * conversation was is not known any more: all that are deleted come. The host also takes it as userId.
   */
  user_id?: string;
  /** How many records at most. Range: 1 to 500. Default: 500. */
  limit?: number;
}

/**
 * Takes in what a device has written. The same records make the same conversations, in whatever order they come and however often; what
 * cannot be kept is refused record by record.
 */
export interface SyncPushRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** Conversations that changed. */
  conversations?: SyncConversationInput[];
  /** Messages that changed. */
  messages?: SyncMessageInput[];
}

/** Asks for all of the caller's models to leave memory. */
export interface UnloadAllModelsRequest {
  /** Stops generations that run on them, and takes them from every caller; from others only with the grant for it. Default: false. */
  force?: boolean;
}

/** Asks for a model to leave memory; the active one where none is named. */
export interface UnloadModelRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** Stops generations that run on it, and takes it from every caller; from others only with the grant for it. Default: false. */
  force?: boolean;
}

/** Changes what the request names of a conversation: its title, topic, star, settings, metadata. */
export interface UpdateConversationRequest {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** The conversation. The host also takes it as conversationId, chat_id, chatId. */
  conversation_id: string;
  /** At most 2,000 characters. */
  title?: string;
  /** A word to find it by, at most 500 characters; empty takes it away. */
  topic?: string;
  /** Another such word. */
  domain?: string;
  /** Whether it has a star. One with a star is not deleted for its age. The host also takes it as isStarred. */
  is_starred?: boolean;
  /** Settings of this conversation, which the host keeps and gives back: an object of at most 16 KiB; null takes them away. */
  settings?: unknown;
  /** What the client wants to keep with it: an object of at most 16 KiB; null takes it away. */
  metadata?: unknown;
  /** Whose it is, where an extension has several users; kept as `user_id` of the metadata. The host also takes it as userId. */
  user_id?: string;
}

/** Changes some of the caller's settings, for the generations to come: of the named model, or of all where none is named. */
export interface UpdateSettingsRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /** The settings to change. */
  settings: GenerationSettings;
}

/** Asks for all bytes of a repository to be read and compared with their hashes. Required: one of modelPath, modelFile. */
export interface VerifyModelRequest {
  /**
   * The model's address: a file, or a model of a repository. The host also takes it as model_path, model, model_name, modelId, model_id,
   * repoId, repo_id.
   */
  modelPath?: string;
  /** Joined to the address: a file of a repository or folder. Alone it is the address. The host also takes it as fileName. */
  modelFile?: string;
  /**
   * Which quant of the repository, such as `Q4_K_M`, where the address names none; without one what is here, else what fits best. The host
   * also takes it as variant, quantization.
   */
  quant?: string;
  /** A branch, a tag or a commit of the repository, where another than its main branch is meant. */
  revision?: string;
}

export interface ActiveModelReply {
  /** What the model is called. */
  active_model_id: string;
  /** The engine that computes it; null where the model left memory, and comes back with the next use. */
  backend: string | null;
}

export interface AddMessagesReply {
  /**
   * As they are stored. An answer has to fit into a frame, so their texts may be cut; where that is not enough, they come without what the
   * request says of them, and the `role` is empty.
   */
  messages: MessageView[];
  /** How many there are. */
  count: number;
}

export interface AddModelReply {}

export interface AnswerNowReply {}

export interface BrokerStopReply {
  /** Of the process that ends. */
  pid: number;
}

export interface ClusterTextsReply {
  /** The number of each text's group, from 0; −1 for a text that is in none. */
  labels: number[];
  /** How many groups there are. */
  n_clusters: number;
  /** How well they are apart, −1 to 1; null where there are fewer than two. */
  silhouette_score: number | null;
  /** How they were found. */
  algorithm: "kmeans" | "hierarchical" | "dbscan";
  /** The model that computed the vectors. */
  model: string;
}

export interface ComputeSimilarityReply {
  /** The higher, the more alike. */
  similarity: number;
  /** How they were compared. */
  metric: "cosine" | "dot_product" | "euclidean";
  /** Characters of the one. */
  text1_length: number;
  /** Characters of the other. */
  text2_length: number;
  /** The model that computed the vectors. */
  model: string;
}

export interface ConversationReply {
  conversation: ConversationView;
}

export interface DeleteModelReply {
  payload: DeletedPayload;
  /** As the client named it. */
  model: string;
}

export interface DeletedReply {
  /** False where there was no such conversation or message. */
  deleted: boolean;
}

export interface EstimateModelSizeReply {
  /** The model's name, as `load_model` takes it. */
  model_path: string;
  /** What it would take, in the megabytes of the original. */
  estimate: SizeEstimate;
  /** What is free. */
  available: FreeMegabytes;
  /** Whether a load would succeed, if need be after other models left the memory. */
  can_load: boolean;
  /** The ways to divide it between GPU and CPU that fit, the fastest first. */
  options: LoadWay[];
  /** Which engine would load it. */
  engine: "bitnet" | "llama_cpp";
  /** As its header names it; absent where the header could not be read. */
  architecture?: string;
  /** Bytes of its files. */
  file_size: number;
  /** How many weights its tensors have; null where the header could not be read, or only that of its first file. */
  parameters: number | null;
  /** Whether it is in memory, loaded by the caller. */
  loaded: boolean;
  /** The context that it would be loaded with. */
  context_tokens: number;
  /** The layers that a GPU would compute. */
  gpu_layers: number;
  /**
   * How far the bytes can be trusted: the least known of weights, cache, compute and output. What the engine keeps beside is small and
   * never exact, and does not count.
   */
  confidence: "exact" | "bounded" | "unknown";
  /** What it would take, part by part. */
  memory: PlannedMemory;
  /** How fast it would be. */
  speed: PlannedSpeed;
  /** Why no engine here loads it, or its header could not be read; absent where nothing is wrong. */
  problem?: string;
  /** In what a load would differ from what was asked for, or why it would fail. */
  notes: string[];
  /** What fits where the context and the layers that were asked for do not; empty where they do. */
  alternatives: FittingAlternative[];
  /** What of the machine is still being found out, as in `get_hardware_info`, and may change the answer. */
  pending: string[];
}

export interface ExecuteCommandReply {
  /** The command as it was asked for. */
  command: string;
  /** What the program wrote, from its beginning; what is no UTF-8 in it is replaced by U+FFFD. */
  stdout: string;
  /** What the program complained of, from its beginning; what is no UTF-8 in it is replaced by U+FFFD. */
  stderr: string;
  /** What the program ended with, mostly 0 for success; on Linux and macOS the negative number of the signal that ended it. */
  returncode: number;
  /** Whether the program wrote more than `stdout` has. */
  stdoutTruncated: boolean;
  /** Whether the program complained of more than `stderr` has. */
  stderrTruncated: boolean;
  /** Bytes that the program wrote to its output in all. */
  stdoutBytes: number;
  /** Bytes that the program wrote to its errors in all. */
  stderrBytes: number;
  /** Milliseconds from its start to its end. */
  durationMs: number;
}

export interface ExportConversationsReply {
  /** A piece of the file: those of all pages, one behind the other, are the whole, and a piece may end inside a line. */
  text: string;
  /** Lines that end in this piece. */
  count: number;
  /** For the next page; absent where this is the last one. A conversation that changes meanwhile may come twice: the later line counts. */
  next_cursor?: string;
}

export interface ForgetPageReply {
  /** How many pages were there and are forgotten. */
  forgotten: number;
}

export interface GenerateEmbeddingsReply {
  /** The vectors, each of length 1, from the text at `offset` on: as many as fit a frame. */
  embeddings: (number[] | string)[];
  /** The model that computed them. */
  model: string;
  /** Tokens of the texts whose vectors are here, with what the model wants before and behind each. */
  total_tokens: number;
  /** Vectors that are here. */
  count: number;
  /** Numbers of each. */
  dimension: number;
  /** The first one's text. */
  offset: number;
  /** What to ask with for the next ones; absent where these were the last. */
  next_offset?: number;
  /** Tokens of each text. */
  token_counts: number[];
  /** Texts that are longer than the model's context, and whose ends are not in their vectors: numbers from 0. Absent for none. */
  truncated?: number[];
  /** Most tokens of a text. */
  context_tokens: number;
  /** What was put before each text; absent for nothing. */
  prefix?: string;
  /** The engine. */
  backend: string;
}

export interface GetConversationReply {
  /** The conversation. */
  conversation: ConversationView;
  /** Of the branch, each behind the one that it follows. */
  messages: MessageView[];
  /** Messages of the branch, on all pages. */
  message_count: number;
  /** For the next page; absent where this is the last one. */
  next_cursor?: string;
}

export interface GetMessageReply {
  /** The message; its text is the piece that was asked for, its other text is left out. */
  stored_message: MessageView;
  /** Where the next piece begins, in bytes of the UTF-8 text; absent where this is the last one. */
  next_byte?: number;
  /** Of the whole text. */
  total_bytes: number;
}

export interface ImportConversationsReply {
  /** What became of the conversations. */
  conversations: SyncCounts;
  /** What became of the messages. */
  messages: SyncCounts;
  /** Summaries that were stored. */
  summaries: number;
  /** Records that cannot be kept; all others were. The first 100. */
  refused: RefusedRecordView[];
  /** Nodes that are not about conversations: how many of each type, and those of more than 100 types as `other`. */
  left_out: Record<string, number>;
}

export interface IndexPageReply {
  /** Its name, for `ask_page`; always the same for an address. */
  page_id: string;
  /** Its address. */
  url: string;
  /** Its title; may be empty. */
  title: string;
  /** UTF-16 units of its text. */
  characters: number;
  /** The parts that it is found by. */
  chunks: number;
  /** Those of them whose vectors were computed now; the others were there. */
  embedded: number;
  /** Tokens of all parts. */
  total_tokens: number;
  /** How many parts are longer than the model's context, so that their ends are found by words alone. Absent for none. */
  truncated_chunks?: number;
  /** The model that computed the vectors. */
  model: string;
  /** Numbers of each. */
  dimension: number;
  /** Memory that the page takes. */
  bytes: number;
}

export interface ListConversationsReply {
  /** The last changed first; perhaps fewer than wanted, because an answer has to fit into a frame. */
  conversations: ConversationView[];
  /** How many there are, on all pages. */
  total: number;
  /** As asked. */
  limit: number;
  /** As asked. */
  offset: number;
  /** For the next page; absent where this is the last one. */
  next_cursor?: string;
}

export interface ListLoadedModelsReply {
  /** In the order in which they were loaded. */
  models: HeldModelView[];
  /** How many they are. */
  total: number;
  /** The one that requests without an address mean; null for none. */
  active_model_id: string | null;
  /** How many of them are in memory, for each engine. */
  by_backend: Record<string, number>;
}

export interface ListPagesReply {
  /** The last used one first; perhaps fewer than wanted, because an answer has to fit into a frame. */
  pages: PageView[];
  /** How many there are. */
  total: number;
  /** What to ask with for the next ones; absent where these were the last. */
  next_offset?: number;
  /** Memory that the pages of the extension take, of all its namespaces. */
  bytes: number;
  /** How much they may take: then those go that were not used for longest. */
  limit_bytes: number;
}

export interface LoadModelReply {
  payload: ModelPayload;
  /** The caller's settings for this model from now on. */
  settings: ParamsView;
}

export interface ParamsReply {
  /** What the caller gave, and the host's defaults for what it left open. */
  params: ParamsView;
  /**
   * What a generation on the model goes by where its request says nothing: as before, but what the caller left open is as suits the model's
   * family. Absent where no model is named or active.
   */
  effective?: ParamsView;
  /** That model. */
  modelPath?: string;
}

export interface PingReply {
  /** Always `pong`. */
  response: string;
  /** Of the host. */
  version: string;
  /** Of the process that answers. */
  pid: number;
}

export interface PullModelReply {
  payload: PulledPayload;
  /** As the client named it. */
  model: string;
}

export interface PurgeReply {
  /** How many were deleted. */
  conversations: number;
  /** How many were in them. */
  messages: number;
  /** What they took. */
  bytes: number;
  /** How many pages were forgotten; absent where not all was to go. */
  pages?: number;
}

export interface QueryResourcesReply {
  resources: MemoryResources;
  /** What the caller's models in memory take, by their names. */
  allocations: Record<string, ModelAllocation>;
  /** How many models are in memory, whoever loaded them. */
  loaded_models_count: number;
  /** How many of them each engine has. */
  by_backend: Record<string, number>;
  /** What the models of other callers alone take together. */
  others_models: OthersAllocation;
  /** What is still being found out, as in `get_hardware_info`. Ask again for it. */
  pending: string[];
}

export interface RecipesReply {
  /** The twelve of the original host. */
  recipes: RecipeView[];
  /** How many they are. */
  total: number;
}

export interface RecommendItemsReply {
  /** The text that others were compared with; null where it is too long for the answer. */
  query_item: string | null;
  /** The texts most like it, the best first; it itself is not among them. */
  recommendations: Recommendation[];
  /** The model that computed the vectors. */
  model: string;
}

export interface RegisteredModelsReply {
  /** By name, the smallest first. */
  models: Record<string, RegisteredModelView>;
  /** How many they are. */
  total: number;
}

export interface RerankDocumentsReply {
  /** The documents, the best first. */
  results: RankedDocument[];
  /** Tokens that were computed: of the query and of all documents; a reranker reads the query with each. */
  total_tokens: number;
  /** The model that compared them. */
  model: string;
  /** How: by a reranker's scores, or by the cosine of their vectors. */
  method: "reranker" | "cosine";
  /**
   * Documents that do not fit the model's context, a reranker's beside the query, whose ends were not compared: numbers from 0. Absent for
   * none.
   */
  truncated?: number[];
}

export interface SearchConversationsReply {
  /** What was looked for. */
  query: string;
  /** The best first, each with its `match`; perhaps fewer than wanted, because an answer has to fit into a frame. */
  conversations: ConversationView[];
  /** How many were found. */
  total: number;
  /** As asked. */
  limit: number;
  /** As asked. */
  offset: number;
  /** What to ask with for the next ones; absent where these were the last. */
  next_offset?: number;
}

export interface SearchMessagesReply {
  /** What was looked for. */
  query: string;
  /** What was found, the best first; perhaps fewer than wanted, because an answer has to fit into a frame. */
  results: FoundMessage[];
  /** How. By words alone where the embedding model cannot be used; then `message` says why. */
  mode: "hybrid" | "text" | "semantic";
  /** Messages that cannot be found by their meaning yet: they are learned in the background. */
  pending: number;
}

export interface SemanticSearchReply {
  /** What was looked for. */
  query: string;
  /** The nearest documents, the best first. */
  results: ScoredDocument[];
  /** How many were looked through. */
  total_documents: number;
  /** How they were compared. */
  metric: "cosine" | "dot_product" | "euclidean";
  /** The model that computed the vectors. */
  model: string;
  /** Documents that are longer than the model's context, whose ends were not compared: numbers from 0. Absent for none. */
  truncated?: number[];
}

export interface StopGenerationReply {
  /** The engines that were stopped, in upper case as the original's samples have them. */
  stopped_backends: string[];
  /** Number of requests that were asked to stop; each still sends its own final frame. */
  stopped: number;
}

export interface StorageReportReply {
  /**
   * Of the file of all conversations; absent without the grant. It does not become smaller when something is deleted: what is stored next
   * takes that room.
   */
  file_bytes?: number;
  /** Of the file beside it, whose length stays about the same; absent without the grant. */
  journal_bytes?: number;
  /** Where they are; absent without the grant. */
  folder?: string;
  /** Of those that the request is about, what each has stored; of a caller that has stored nothing there is none. */
  owners: OwnerView[];
  /** Messages that were being written when the host that wrote them died, found when the store was opened; absent without the grant. */
  interrupted?: number;
  /** What became of the file when it was damaged last; absent where it never was, and without the grant. */
  recovery?: RecoveryView;
}

export interface SyncPullReply {
  /** In the order of their changes. */
  conversations: SyncConversationView[];
  /** In the order of their changes. */
  messages: SyncMessageView[];
  /** How many there are. */
  counts: SyncPullCounts;
  /** What to ask with next. */
  cursor: string;
  /** Whether there is more already. */
  has_more: boolean;
  /**
   * True where the store was made anew since the cursor was given, or an earlier version of the host gave it: these are its first records,
   * and what they do not have is not there any more.
   */
  reset?: boolean;
}

export interface SyncPushReply {
  /** What became of the conversations. */
  conversations: SyncCounts;
  /** What became of the messages. */
  messages: SyncCounts;
  /** Records that changed something. */
  total_synced: number;
  /** Records that cannot be kept; all others were. The first 100. */
  refused: RefusedRecordView[];
}

export interface SystemInfoReply {
  /** Name and version of the operating system for people. */
  os_version: string | null;
  /** The maker's name of the processor. */
  processor: string | null;
  /** Why either is null. */
  reason?: string;
  devices: SystemDevices;
  /** What is still being found out, as in `get_hardware_info`. Ask again for it. */
  pending: string[];
  /** With `verbose`: none, because this host has no Python. */
  python_packages?: string[];
  /** With `verbose`: the parts of this host as `name==version`, in order. */
  components?: string[];
}

export interface TokenReply {
  /** Whether there is one. */
  hasToken: boolean;
  /** Where it comes from; a variable of the environment goes before the file. */
  source: "none" | "environment" | "file";
  /** Whether the hub knows it; absent where it was not asked, or could not be. */
  isAccepted?: boolean;
  /** Whose it is; absent where the hub was not asked, or does not know it. */
  userName?: string;
}

export interface UpdateSettingsReply {
  /** The engine of the named or active model, in upper case; empty where it is not loaded. */
  updated_backends: string[];
  /** The settings from now on. */
  settings: ParamsView;
}

/** How to generate: what `set_params`, `update_settings`, `load_model` and `generate` take. */
export interface GenerationSettings {
  /** How freely tokens are chosen; 0 takes the likeliest one always. Range: 0 to 2. Default: 0.7. */
  temperature?: number;
  /** Keeps so many of the likeliest tokens; 0 keeps all. Range: 0 or more. Default: 40. The host also takes it as topK. */
  top_k?: number;
  /**
   * Keeps the likeliest tokens whose probabilities sum to this; 1 keeps all. Range: 0 to 1. Default: 0.9. The host also takes it as topP.
   */
  top_p?: number;
  /**
   * Drops tokens less likely than this part of the likeliest one's probability; 0 drops none. Range: 0 to 1. Default: 0. The host also
   * takes it as minP.
   */
  min_p?: number;
  /**
   * Keeps the tokens that surprise about as much as is to be expected, whose probabilities sum to this; 1, as usual, keeps all. Range: 0 to
   * 1. The host also takes it as typicalP, typ_p.
   */
  typical_p?: number;
  /**
   * Drops tokens whose logit is more than so many standard deviations below the largest; 0, as usual, or -1 drops none. Range: 0 to 1,000,
   * or -1. The host also takes it as topNSigma.
   */
  top_n_sigma?: number;
  /**
   * How often all likely tokens but the least likely of them are dropped, for answers that are less of the usual; 0, as usual, for never.
   * Range: 0 to 1. The host also takes it as xtcProbability.
   */
  xtc_probability?: number;
  /**
   * From which probability on a token is likely for `xtc_probability`, usually 0.1; above 0.5 nothing is dropped. Range: 0 to 1. The host
   * also takes it as xtcThreshold.
   */
  xtc_threshold?: number;
  /**
   * How far the temperature goes below and above `temperature`: down where the model is sure, up where it is not; 0, as usual, for not at
   * all. Range: 0 to 2. The host also takes it as dynatempRange.
   */
  dynatemp_range?: number;
  /**
   * Bends the way between, usually 1: above it the temperature stays low longer. Range: 0 to 100. The host also takes it as
   * dynatempExponent.
   */
  dynatemp_exponent?: number;
  /**
   * 2 for Mirostat 2, which keeps the surprise of the answer near `mirostat_tau` in place of all other ways to drop tokens; 0, as usual,
   * for none. Range: 0 to 0, or 2.
   */
  mirostat?: number;
  /** The mean surprise of tokens that Mirostat aims at, in bits, usually 5. Range: 0 to 100. The host also takes it as mirostatTau. */
  mirostat_tau?: number;
  /** How fast Mirostat follows, usually 0.1. Range: 0 to 1. The host also takes it as mirostatEta. */
  mirostat_eta?: number;
  /**
   * Makes a token less likely that would prolong a repetition: this, times a power of `dry_base`, is taken from its logit; 0, as usual, for
   * nothing. Range: 0 to 100. The host also takes it as dryMultiplier.
   */
  dry_multiplier?: number;
  /** What one more token of repetition multiplies that by, usually 1.75. Range: 1 to 100. The host also takes it as dryBase. */
  dry_base?: number;
  /** Tokens that may be repeated without it, usually 2. Range: 1 to 1,000,000. The host also takes it as dryAllowedLength. */
  dry_allowed_length?: number;
  /**
   * How many of the last tokens are looked through for repetitions; 0 for none, -1, as usual, for the whole context. Range: -1 to
   * 1,000,000. The host also takes it as dryPenaltyLastN.
   */
  dry_penalty_last_n?: number;
  /**
   * Texts that a repetition does not reach across, usually the end of a line, a colon, a quote and an asterisk. The host also takes it as
   * drySequenceBreakers.
   */
  dry_sequence_breakers?: string | string[];
  /**
   * What is added to the logits of tokens, by their ids in the model's vocabulary: 5 makes one much likelier, -100 forbids it. At most
   * 1,024 tokens. The host also takes it as logitBias.
   */
  logit_bias?: Record<string, number>;
  /**
   * Most tokens of an answer. Range: 1 to 1,000,000. Default: 512. The host also takes it as max_tokens, maxNewTokens, maxTokens,
   * n_predict, max_completion_tokens, max_output_tokens.
   */
  max_new_tokens?: number;
  /**
   * Makes tokens that were there before less likely, by division of their logits; 1 changes nothing. Range: 0.1 to 10. Default: 1. The host
   * also takes it as repetitionPenalty, repeat_penalty.
   */
  repetition_penalty?: number;
  /**
   * Taken from a token's logit once for each time it was there before; 0 changes nothing. Range: -2 to 2. Default: 0. The host also takes
   * it as frequencyPenalty.
   */
  frequency_penalty?: number;
  /**
   * Taken once from the logit of a token that was there before; 0 changes nothing. Range: -2 to 2. Default: 0. The host also takes it as
   * presencePenalty.
   */
  presence_penalty?: number;
  /**
   * How many of the last tokens the penalties look at; 0 for none, -1 for the whole context. Range: -1 to 1,000,000. Default: 64. The host
   * also takes it as penaltyWindow, repeat_last_n.
   */
  penalty_window?: number;
  /** The same seed gives the same answer; -1, or none, another one each time. Range: -1 to 2^53. */
  seed?: number;
  /** False takes the likeliest token always, whatever the temperature. Default: true. The host also takes it as doSample. */
  do_sample?: boolean;
  /** The answer ends before any of these texts. The host also takes it as stop_sequences, stopSequences. */
  stop?: string | string[];
}

/** How to load a model: what `load_model` takes beside the settings of generations. */
export interface LoadSettings {
  /**
   * The context window in tokens; where none is given the model's own, as far as the memory goes. Range: 1 or more. The host also takes it
   * as contextSize, context_size, contextTokens, context_length.
   */
  n_ctx?: number;
  /**
   * Layers that a GPU computes; -1, and where none is given, for all where there is a GPU. Range: -1 to 10,000. The host also takes it as
   * gpuLayers, gpu_layers.
   */
  n_gpu_layers?: number;
  /** Threads that compute; where none is given the physical cores less one. Range: 1 to 512. The host also takes it as threads. */
  n_threads?: number;
  /**
   * Most tokens of a prompt that are computed in one step; 512 where none is given. Range: 1 to 8,192. The host also takes it as batchSize,
   * batch_size.
   */
  n_batch?: number;
  /** Whether the file is mapped, as is usual, or read into memory. The host also takes it as useMmap. */
  use_mmap?: boolean;
  /**
   * Minutes that the model stays in memory without use, -1 for always; where none is given, 30 or what the user has set. Range: 0 to
   * 525,600, or -1. The host also takes it as keep_alive_minutes.
   */
  keepAliveMinutes?: number;
  /** True keeps the model always; false for the usual time again. */
  pin?: boolean;
}

/** What goes over the wire about each action. */
export interface Actions {
  /**
   * Adds messages to a conversation, all or none, each behind the one before it. An edit is a message that follows what the old one
   * followed (`parent_id`, or `replaces`): it begins a branch beside it, and the old one stays.
   */
  add_messages: {
    request: AddMessagesRequest;
    reply: AddMessagesReply;
    event: never;
  };
  /** Asks for a model to stand in the list from now on; one of the same id is replaced. */
  add_model_to_list: {
    request: AddModelRequest;
    reply: AddModelReply;
    event: never;
  };
  /**
   * Lets a model that thinks before it answers stop thinking, and answer: what it has thought so far counts. Changes nothing where it does
   * not think.
   */
  answer_now: {
    request: AnswerNowRequest;
    reply: AnswerNowReply;
    event: never;
  };
  /** Takes messages into a session ahead of the question, such as a long text that it will be about. */
  append_session: {
    request: AppendSessionRequest;
    reply: { payload: SessionView };
    event: LoadingProgressEvent | GenerationQueuedEvent | GenerationUpdateEvent | ContextOverflowEvent;
  };
  /**
   * Asks a model a question about pages that were indexed (`index_page`), or about documents that come with it. What they say about it is
   * found by words and by meaning, and given to the model as numbered excerpts; the answer comes as that of `generate`, its first event
   * tells the excerpts, and its final frame says which sentences of the pages it stands on. Nothing is stored.
   */
  ask_page: {
    request: AskPageRequest;
    reply: { type: "generationComplete" | "generationStopped" } & { payload: GenerationPayload };
    event: LoadingProgressEvent | GenerationQueuedEvent | PageSourcesEvent | GenerationUpdateEvent;
  };
  /** Asks what the broker does, for all callers: the command line's to ask. */
  broker_status: {
    request: BrokerStatusRequest;
    reply: { payload: BrokerStatusPayload };
    event: never;
  };
  /** Asks the broker to end, and all that it holds with it: the command line's to ask. */
  broker_stop: {
    request: BrokerStopRequest;
    reply: BrokerStopReply;
    event: never;
  };
  /** Asks for a download to be given up. */
  cancel_download: {
    request: CancelDownloadRequest;
    reply: { payload: StoppedDownloadPayload };
    event: never;
  };
  /**
   * Asks a model for the next message of a conversation, in the shapes of OpenAI's chat completions: its request is the rest of this one,
   * its answer the payload of the final frame, and its chunks are events.
   */
  chat_completions: {
    request: ChatCompletionsRequest;
    reply: { type: "generationComplete" | "generationStopped" } & { payload: ChatCompletion };
    event: LoadingProgressEvent | GenerationQueuedEvent | GenerationUpdateEvent | ChatChunkEvent | ContextOverflowEvent;
  };
  /** Asks whether LM Studio is on this machine, and whether its server runs. */
  check_lmstudio: {
    request: CheckLmStudioRequest;
    reply: { payload: LmStudioPayload };
    event: never;
  };
  /** Asks whether a model can be loaded: one of some size, or one that is named, of which more is known than its size. */
  check_model_feasibility: {
    request: CheckModelFeasibilityRequest;
    reply: { payload: FeasibilityPayload };
    event: never;
  };
  /** Asks for the token that is kept to be forgotten. */
  clear_hf_token: {
    request: ClearTokenRequest;
    reply: TokenReply;
    event: never;
  };
  /** Makes another session that begins as this one is now, and goes on by itself. Nothing is computed again. */
  clone_session: {
    request: CloneSessionRequest;
    reply: { payload: SessionView };
    event: never;
  };
  /** Ends a session; a request that it answers goes on. */
  close_session: {
    request: CloseSessionRequest;
    reply: { payload: SessionView };
    event: never;
  };
  /** Asks for texts in groups of like meaning. The model is chosen as for `generate_embeddings`. */
  cluster_texts: {
    request: ClusterTextsRequest;
    reply: ClusterTextsReply;
    event: LoadingProgressEvent;
  };
  /** Asks how alike two texts are by their meaning. The model is chosen as for `generate_embeddings`. */
  compute_similarity: {
    request: ComputeSimilarityRequest;
    reply: ComputeSimilarityReply;
    event: LoadingProgressEvent;
  };
  /**
   * Counts the tokens of a text, or of messages as the model would read them: in its own template, with what a session holds before them.
   */
  count_tokens: {
    request: CountTokensRequest;
    reply: { payload: TokenCountPayload };
    event: LoadingProgressEvent;
  };
  /** Begins a conversation. Without an id it gets one. */
  create_conversation: {
    request: CreateConversationRequest;
    reply: ConversationReply;
    event: never;
  };
  /**
   * Begins a session: a conversation that the host remembers with what the model has computed of it, until it is closed or the host ends.
   * It is the caller's alone. `generate` and `chat_completions` go on with it by `session_id`.
   */
  create_session: {
    request: CreateSessionRequest;
    reply: { payload: SessionView };
    event: LoadingProgressEvent | GenerationQueuedEvent | GenerationUpdateEvent | ContextOverflowEvent;
  };
  /** Deletes a conversation with its messages, for good. That it is deleted stays known, so that other devices hear of it. */
  delete_conversation: {
    request: DeleteConversationRequest;
    reply: DeletedReply;
    event: never;
  };
  /** Deletes what a message says. Messages that followed it follow the one before it. */
  delete_message: {
    request: DeleteMessageRequest;
    reply: DeletedReply;
    event: never;
  };
  /** Asks for a model to be deleted from this machine; a repository alone means all that is here of it. */
  delete_model: {
    request: DeleteModelRequest;
    reply: DeleteModelReply;
    event: never;
  };
  /** Asks for a model of a repository to be downloaded. */
  download_model: {
    request: PullModelRequest;
    reply: PullModelReply;
    event: DownloadProgressEvent;
  };
  /** Asks what a model would take of the memory, and how fast it would be, before it is loaded or even downloaded. */
  estimate_model_size: {
    request: EstimateModelSizeRequest;
    reply: EstimateModelSizeReply;
    event: never;
  };
  /** Asks for a program to be run, which the user has to have allowed in the settings. */
  execute_command: {
    request: ExecuteCommandRequest;
    reply: ExecuteCommandReply;
    event: never;
  };
  /**
   * Asks for conversations as JSON lines, one for each: `{"messages":[{"role","content",…}],…}` as OpenAI has them, and with what else is
   * known of conversation and messages, so that `import_conversations` makes the same again. Each has the branch that is shown.
   */
  export_conversations: {
    request: ExportConversationsRequest;
    reply: ExportConversationsReply;
    event: never;
  };
  /** Asks the host to forget a page of the caller's, or all of them. */
  forget_page: {
    request: ForgetPageRequest;
    reply: ForgetPageReply;
    event: never;
  };
  /** Asks for what belongs to no model to be deleted from the cache. */
  gc_models: {
    request: CollectGarbageRequest;
    reply: { payload: GarbagePayload };
    event: never;
  };
  /** Asks a model to answer a conversation, or to continue a text. */
  generate: {
    request: GenerateRequest;
    reply: { type: "generationComplete" | "generationStopped" } & { payload: GenerationPayload };
    event: LoadingProgressEvent | GenerationQueuedEvent | GenerationUpdateEvent | ToolCallUpdateEvent | TokenLogProbsEvent | ContextOverflowEvent;
  };
  /**
   * Asks for the vectors of texts. Without a model, or with `default`, the caller's loaded embedding model computes them, or else the one
   * that the user's setting `embeddingModel` names, which is the one that comes with the host unless it is changed.
   */
  generate_embeddings: {
    request: GenerateEmbeddingsRequest;
    reply: GenerateEmbeddingsReply;
    event: LoadingProgressEvent;
  };
  /** Asks for all downloads that are not done. */
  get_active_downloads: {
    request: GetActiveDownloadsRequest;
    reply: { payload: DownloadListPayload };
    event: never;
  };
  /** Asks for all models of the list. */
  get_available_models: {
    request: GetAvailableModelsRequest;
    reply: { payload: ModelListPayload };
    event: never;
  };
  /** Asks for a conversation and the messages of one of its branches, a page at a time. */
  get_conversation: {
    request: GetConversationRequest;
    reply: GetConversationReply;
    event: never;
  };
  /** Asks which model requests without an address mean. */
  get_current_model: {
    request: GetCurrentModelRequest;
    reply: { payload: CurrentModelPayload };
    event: never;
  };
  /** Asks for the model of a type that somebody should begin with. */
  get_default_model: {
    request: GetDefaultModelRequest;
    reply: { payload: DefaultModelPayload };
    event: never;
  };
  /** Asks how far one download is. */
  get_download_status: {
    request: GetDownloadStatusRequest;
    reply: { payload: DownloadView };
    event: never;
  };
  /** Asks for the models on this machine. */
  get_downloaded_models: {
    request: GetDownloadedModelsRequest;
    reply: { payload: DownloadedModelsPayload };
    event: never;
  };
  /** Asks what the machine has and has free. */
  get_hardware_info: {
    request: GetHardwareInfoRequest;
    reply: { payload: HardwarePayload };
    event: never;
  };
  /** Asks whether there is a token; never for the token. */
  get_hf_token_status: {
    request: GetTokenStatusRequest;
    reply: TokenReply;
    event: never;
  };
  /** Asks which settings the caller saved for a model, and what a generation on it goes by. */
  get_inference_settings: {
    request: GetInferenceSettingsRequest;
    reply: { payload: InferenceSettingsPayload };
    event: never;
  };
  /** Asks for the caller's models that are in memory. */
  get_loaded_models: {
    request: GetLoadedModelsRequest;
    reply: { payload: LoadedModelsPayload };
    event: never;
  };
  /** Asks what memory is used, in bytes. */
  get_memory_usage: {
    request: GetMemoryUsageRequest;
    reply: { payload: MemoryUsagePayload };
    event: never;
  };
  /** Asks for a message, and for a piece of its text where that is too long for a frame. */
  get_message: {
    request: GetMessageRequest;
    reply: GetMessageReply;
    event: never;
  };
  /** Asks what is loaded; the caller's active model where none is named. */
  get_model_state: {
    request: GetModelStateRequest;
    reply: { payload: ModelPayload };
    event: never;
  };
  /** Asks for the models of a type. */
  get_models_by_type: {
    request: GetModelsByTypeRequest;
    reply: { payload: TypedModelListPayload };
    event: never;
  };
  /** Asks for the caller's settings; those of a model where one is named. */
  get_params: {
    request: GetParamsRequest;
    reply: ParamsReply;
    event: never;
  };
  /** Asks for the ways to run a model, and which of them there are here. */
  get_recipes: {
    request: GetRecipesRequest;
    reply: RecipesReply;
    event: never;
  };
  /** Asks how large models should be on this machine. */
  get_recommended_models: {
    request: GetRecommendedModelsRequest;
    reply: { payload: RecommendedModelsPayload };
    event: never;
  };
  /** Asks for the list of models, by name. */
  get_registered_models: {
    request: GetRegisteredModelsRequest;
    reply: RegisteredModelsReply;
    event: never;
  };
  /** Asks what the machine is, and which engines of this host run on what of it. */
  get_system_info: {
    request: GetSystemInfoRequest;
    reply: SystemInfoReply;
    event: never;
  };
  /** Asks for the machine's resources, in bytes. */
  get_system_resources: {
    request: GetSystemResourcesRequest;
    reply: { payload: SystemResourcesPayload };
    event: never;
  };
  /**
   * Takes conversations in: an export of this host, OpenAI's JSON lines, or what the old host's database had. Importing the same again
   * changes nothing, but a conversation that was deleted since begins once more; a message that was deleted alone stays so. What cannot be
   * kept is refused record by record.
   */
  import_conversations: {
    request: ImportConversationsRequest;
    reply: ImportConversationsReply;
    event: never;
  };
  /**
   * Gives the host the text of a page, so that it can be asked with `ask_page`. It is kept in memory only, for this caller alone, until it
   * is forgotten, other pages need its room (64 MiB for those of an extension), or the host ends. The embedding model is chosen as for
   * `generate_embeddings`.
   */
  index_page: {
    request: IndexPageRequest;
    reply: IndexPageReply;
    event: LoadingProgressEvent | PageIndexProgressEvent;
  };
  /** Lists conversations, the last changed first. */
  list_conversations: {
    request: ListConversationsRequest;
    reply: ListConversationsReply;
    event: never;
  };
  /** Asks which models the caller has loaded, those as well that left memory and come back with its next use. */
  list_loaded_models: {
    request: ListLoadedModelsRequest;
    reply: ListLoadedModelsReply;
    event: never;
  };
  /** Asks which pages of the caller's the host has, the last used one first. */
  list_pages: {
    request: ListPagesRequest;
    reply: ListPagesReply;
    event: never;
  };
  /** Asks for the caller's sessions. */
  list_sessions: {
    request: ListSessionsRequest;
    reply: { payload: SessionListPayload };
    event: never;
  };
  /** Asks which streams the caller can resume. */
  list_streams: {
    request: ListStreamsRequest;
    reply: { payload: StreamListPayload };
    event: never;
  };
  /** Asks whether LM Studio is on this machine, and whether its server runs. */
  lmstudio_status: {
    request: CheckLmStudioRequest;
    reply: { payload: LmStudioPayload };
    event: never;
  };
  /** Asks for a model to be read into memory, and to be the caller's active one. */
  load_model: {
    request: LoadModelRequest;
    reply: { type: "workerReady" } & LoadModelReply;
    event: LoadingProgressEvent;
  };
  /**
   * Counts the tokens of a text, or of messages as the model would read them: in its own template, with what a session holds before them.
   */
  measure_context: {
    request: CountTokensRequest;
    reply: { payload: TokenCountPayload };
    event: LoadingProgressEvent;
  };
  /** Asks for a download to stop, with what came kept. */
  pause_download: {
    request: PauseDownloadRequest;
    reply: { payload: StoppedDownloadPayload };
    event: never;
  };
  /** Asks whether the host is there. */
  ping: {
    request: PingRequest;
    reply: PingReply;
    event: never;
  };
  /** Asks for a model of a repository to be downloaded. */
  pull_model: {
    request: PullModelRequest;
    reply: PullModelReply;
    event: DownloadProgressEvent;
  };
  /**
   * Deletes conversations for good, those that were left alone longest first, and what the journal still has of them. Of the caller's own,
   * or of one owner whom `origin` names. Where all of them are to go, the owner's pages (`index_page`) are forgotten as well.
   */
  purge: {
    request: PurgeRequest;
    reply: PurgeReply;
    event: never;
  };
  /** Asks what memory there is, and what models take of it. */
  query_resources: {
    request: QueryResourcesRequest;
    reply: QueryResourcesReply;
    event: never;
  };
  /** Asks which of some texts are most like one of them. The model is chosen as for `generate_embeddings`. */
  recommend_items: {
    request: RecommendItemsRequest;
    reply: RecommendItemsReply;
    event: LoadingProgressEvent;
  };
  /** Asks how many layers of a model a GPU should have. */
  recommend_split: {
    request: RecommendSplitRequest;
    reply: { payload: SplitPayload };
    event: never;
  };
  /** Gives a conversation another title. */
  rename_conversation: {
    request: RenameConversationRequest;
    reply: ConversationReply;
    event: never;
  };
  /**
   * Asks for documents in the order in which they answer a query. A reranker scores them, where one is named or the caller has one loaded;
   * else the model of `generate_embeddings` compares their vectors. The answer says which.
   */
  rerank_documents: {
    request: RerankDocumentsRequest;
    reply: RerankDocumentsReply;
    event: LoadingProgressEvent;
  };
  /**
   * Asks a model for the next items of a conversation, in the shapes of OpenAI's responses: its request is the rest of this one, its answer
   * the payload of the final frame, and its deltas are events. A request has the whole conversation, unless it names one that is stored, or
   * a session.
   */
  responses: {
    request: ResponsesRequest;
    reply: { type: "generationComplete" | "generationStopped" } & { payload: ResponsePayload };
    event: LoadingProgressEvent | GenerationQueuedEvent | GenerationUpdateEvent | ResponseTextEvent | ResponseReasoningEvent | ResponseItemAddedEvent | ResponseArgumentsEvent | TokenLogProbsEvent | ContextOverflowEvent;
  };
  /** Asks for a download to go on that was paused or failed. */
  resume_download: {
    request: ResumeDownloadRequest;
    reply: { payload: ResumedDownloadPayload };
    event: never;
  };
  /**
   * Asks for the rest of a stream, from any port of its caller's: the events behind `after`, once each and in order, then the final frame.
   */
  resume_stream: {
    request: ResumeStreamRequest;
    reply: { type: "generationComplete" | "generationStopped" } & { payload: GenerationPayload };
    event: GenerationQueuedEvent | PageSourcesEvent | GenerationUpdateEvent | ToolCallUpdateEvent | TokenLogProbsEvent | ContextOverflowEvent;
  };
  /** Forgets what was said last. */
  rewind_session: {
    request: RewindSessionRequest;
    reply: { payload: SessionView };
    event: never;
  };
  /** Saves settings for a model: the caller's next loads of it begin with them, also after a restart. */
  save_inference_settings: {
    request: SaveInferenceSettingsRequest;
    reply: { payload: InferenceSettingsPayload };
    event: never;
  };
  /** Asks what a repository has for somebody who wants to run a model of it. */
  scan_repo: {
    request: ScanRepoRequest;
    reply: { payload: ScannedRepoPayload };
    event: never;
  };
  /** Asks for conversations whose titles or messages have the words of a query, or whose titles have it within a word. */
  search_conversations: {
    request: SearchConversationsRequest;
    reply: SearchConversationsReply;
    event: never;
  };
  /** Asks for stored messages by their words and by their meaning. */
  search_messages: {
    request: SearchMessagesRequest;
    reply: SearchMessagesReply;
    event: never;
  };
  /** Makes one of the caller's loaded models the one that requests without an address mean. */
  select_active_model: {
    request: SelectActiveModelRequest;
    reply: ActiveModelReply;
    event: never;
  };
  /** Shows another branch of a conversation: the one that a message is on, down to the newest message below it. */
  select_branch: {
    request: SelectBranchRequest;
    reply: ConversationReply;
    event: never;
  };
  /** Asks which of some documents are nearest to a query by their meaning. The model is chosen as for `generate_embeddings`. */
  semantic_search: {
    request: SemanticSearchRequest;
    reply: SemanticSearchReply;
    event: LoadingProgressEvent;
  };
  /** Makes one of the caller's loaded models the one that requests without an address mean. */
  set_active_model: {
    request: SelectActiveModelRequest;
    reply: ActiveModelReply;
    event: never;
  };
  /** Asks for the user's token at the hub to be kept. */
  set_hf_token: {
    request: SetTokenRequest;
    reply: TokenReply;
    event: never;
  };
  /** Changes some of the caller's settings for all models; the others stay. */
  set_params: {
    request: SetParamsRequest;
    reply: ParamsReply;
    event: never;
  };
  /** Asks for LM Studio's server to be started; nothing happens where it runs. */
  start_lmstudio: {
    request: StartLmStudioRequest;
    reply: { payload: LmStudioServerPayload };
    event: never;
  };
  /** Asks for generations to end early: the one named, or all of the caller's. */
  stop_generation: {
    request: StopGenerationRequest;
    reply: StopGenerationReply;
    event: never;
  };
  /** Asks for LM Studio's server to be stopped. */
  stop_lmstudio: {
    request: StopLmStudioRequest;
    reply: { payload: LmStudioServerPayload };
    event: never;
  };
  /** Asks what is stored, what it takes, and for how long it is kept. */
  storage_report: {
    request: StorageReportRequest;
    reply: StorageReportReply;
    event: never;
  };
  /**
   * Asks what has changed, on this machine or by other devices' pushes, in pages: ask again with the answer's `cursor`, at once where it
   * `has_more`, and later for what has changed by then. Each record can be pushed as it is. Deletions are told of for 180 days. A device
   * that was away for longer begins anew, without a cursor, and deletes what it had pulled or pushed before and does not come then, before
   * it pushes anything: here nobody knows any more that it was deleted.
   */
  sync_pull: {
    request: SyncPullRequest;
    reply: SyncPullReply;
    event: never;
  };
  /**
   * Takes in what a device has written. The same records make the same conversations, in whatever order they come and however often; what
   * cannot be kept is refused record by record.
   */
  sync_push: {
    request: SyncPushRequest;
    reply: SyncPushReply;
    event: never;
  };
  /** Asks for all of the caller's models to leave memory. */
  unload_all_models: {
    request: UnloadAllModelsRequest;
    reply: { payload: UnloadedAllPayload };
    event: never;
  };
  /** Asks for a model to leave memory; the active one where none is named. */
  unload_model: {
    request: UnloadModelRequest;
    reply: { payload: UnloadedPayload };
    event: never;
  };
  /** Changes what the request names of a conversation: its title, topic, star, settings, metadata. */
  update_conversation: {
    request: UpdateConversationRequest;
    reply: ConversationReply;
    event: never;
  };
  /** Changes some of the caller's settings, for the generations to come: of the named model, or of all where none is named. */
  update_settings: {
    request: UpdateSettingsRequest;
    reply: UpdateSettingsReply;
    event: never;
  };
  /** Asks for all bytes of a repository to be read and compared with their hashes. */
  verify_model: {
    request: VerifyModelRequest;
    reply: { payload: VerifiedPayload };
    event: VerifyProgressEvent;
  };
}

/** Events by their type. */
export interface Events {
  MODEL_DOWNLOAD_PROGRESS: DownloadProgressEvent;
  "chat.completion.chunk": ChatChunkEvent;
  contextOverflow: ContextOverflowEvent;
  generationQueued: GenerationQueuedEvent;
  generationUpdate: GenerationUpdateEvent;
  modelUnloaded: ModelUnloadedEvent;
  modelVerifyProgress: VerifyProgressEvent;
  modelWorkerLoadingProgress: LoadingProgressEvent;
  pageIndexProgress: PageIndexProgressEvent;
  pageSources: PageSourcesEvent;
  "response.function_call_arguments.delta": ResponseArgumentsEvent;
  "response.output_item.added": ResponseItemAddedEvent;
  "response.output_text.delta": ResponseTextEvent;
  "response.reasoning_text.delta": ResponseReasoningEvent;
  tokenLogprobs: TokenLogProbsEvent;
  toolCallUpdate: ToolCallUpdateEvent;
}

export type Action = keyof Actions;

/** A whole request. */
export type RequestOf<A extends Action> = { action: A } & RequestHead & Actions[A]["request"];

/** The final frame about a request. */
export type AnswerTo<A extends Action> = (Success & Actions[A]["reply"]) | ErrorReply;

/** A frame that may come before it. */
export type EventOf<A extends Action> = Actions[A]["event"];

/** A message that is added. */
export interface AddedMessage {
  /** Its name, at most 256 bytes; one is made where it is absent. The host also takes it as messageId, id. */
  message_id?: string;
  /** Whose it is: `user`, `assistant`, `system`, or another word of the client's. The host also takes it as sender. */
  role?: string;
  /** Its text, at most 32 MiB; or as OpenAI has it a list of parts, which all have to be text. The host also takes it as text_content. */
  content?: string;
  /** What the model thought before it answered. */
  reasoning?: string;
  /**
   * The message that it follows; empty for none. The one before it where it is absent: that of the list, or the last one of the branch that
   * is shown. The host also takes it as parentId.
   */
  parent_id?: string;
  /**
   * When it was written: milliseconds since 1970, or a text of ISO 8601. Now where it is absent. The host also takes it as createdAt,
   * timestamp.
   */
  created_at?: unknown;
  /** The model that wrote it. */
  model?: string;
  /** Settings that it was generated with: an object of at most 16 KiB. */
  settings?: unknown;
  /** Tokens that the model read. */
  prompt_tokens?: number;
  /** Tokens that the model wrote. */
  output_tokens?: number;
  /** How long what took: an object. */
  timings?: unknown;
  /** Why the model ended. */
  stop_reason?: string;
  /** What is known of files that belong to it: a list of at most 16 KiB. The files are not kept. */
  attachments?: unknown;
  /** What the client wants to keep with it: an object of at most 16 KiB. */
  metadata?: unknown;
  /** A message that it is another version of: it takes a place beside it, behind the same one. Instead of `parent_id`. */
  replaces?: string;
}

export interface BrokerStatusPayload {
  /** Of the host. */
  version: string;
  /** Of the broker. */
  pid: number;
  /** Seconds since 1970. */
  startedAt: number;
  /** Bytes of memory that the broker itself uses; absent where the system does not say. */
  memory?: number;
  /** In order of their arrival. */
  connections: ConnectionView[];
  /** What is in memory. */
  models: ModelView[];
  /** What runs, and what is kept for a caller to come back to. */
  streams: CallerStreamView[];
}

/** A stream of any caller. */
export interface CallerStreamView {
  /** Whose it is. */
  origin: string;
  /** It. */
  stream: StreamView;
}

/** A piece of an answer in OpenAI's shape. */
export interface ChatChunkPayload {
  /** Of the answer. */
  id: string;
  /** Always the same. */
  object: "chat.completion.chunk";
  /** When it was asked for, in seconds since 1970. */
  created: number;
  /** What the model is called. */
  model: string;
  /** One: the answer that grows. */
  choices: ChunkChoice[];
  /** What `resume_stream` and `stop_generation` take. */
  streamId: string;
  /** Number of the event in its stream, from 1. */
  seq: number;
}

/** A whole answer in OpenAI's shape. */
export interface ChatCompletion {
  /** Of the answer. */
  id: string;
  /** Always the same. */
  object: "chat.completion";
  /** When it was asked for, in seconds since 1970. */
  created: number;
  /** What the model is called. */
  model: string;
  /** The answers, one for each that was asked for. */
  choices: ChatChoice[];
  /** Tokens of all of them. */
  usage: ChatUsage;
  /** How fast the first of them came. */
  timings: ChatTimings;
}

/** One answer. */
export interface ChatChoice {
  /** Which, from 0. */
  index: number;
  /** What the model says. */
  message: ChatAnswer;
  /** Why it ended: its own end, or a stop text; a limit of tokens, or of the context; its tools are to be called. */
  finish_reason: "stop" | "length" | "tool_calls";
  /** The stream's name, as in its events; absent where it was stopped before there was one. */
  streamId?: string;
  /** The stop text that ended it; absent where something else did. */
  stop_text?: string;
  /** How likely the tokens were; absent where the request did not ask, or they are too many for one frame. */
  logprobs?: AnswerLogProbs;
  /** True where the text is cut to fit the frame; the chunks had all of it. */
  output_truncated?: boolean;
  /** True where the thoughts are. */
  reasoning_truncated?: boolean;
  /** True where the log probabilities are left out for that. */
  logprobs_truncated?: boolean;
}

/** How likely the tokens of an answer were. */
export interface AnswerLogProbs {
  /** Each of them, those the model thought with and the one that ended its turn included. */
  content: TokenLogProb[];
}

/** What the model says. */
export interface ChatAnswer {
  /** Always the same. */
  role: "assistant";
  /** The text; null where it only calls tools. */
  content: string | null;
  /** What it thought before; absent where it did not. */
  reasoning_content?: string;
  /** The tools that it calls; absent where it calls none. */
  tool_calls?: CalledTool[];
}

/** A tool that the model calls. */
export interface CalledTool {
  /** Names the call; the result is sent back under it. */
  id: string;
  /** Always the same. */
  type: "function";
  /** What is called. */
  function: CalledToolFunction;
}

/** What a tool call calls. */
export interface CalledToolFunction {
  /** The tool's name. */
  name: string;
  /** JSON of an object, as the model wrote it: perhaps none that can be read, where the answer was cut off. */
  arguments: string;
  /** True where the arguments do not fit the frame, and are left out; the events had them. */
  argumentsTruncated?: boolean;
}

/** How fast an answer came. */
export interface ChatTimings {
  /** Milliseconds until its first token. */
  time_to_first_token: number;
  /** From then on. */
  tokens_per_second: number;
}

/** Tokens that an answer took. */
export interface ChatUsage {
  /** Of the prompt. */
  prompt_tokens: number;
  /** Generated, for all answers together. */
  completion_tokens: number;
  /** Both. */
  total_tokens: number;
  /** Of those of the prompt. */
  prompt_tokens_details: PromptDetails;
  /** Of those generated. */
  completion_tokens_details: CompletionDetails;
}

/** How an answer grows. */
export interface ChunkChoice {
  /** Which answer, from 0. */
  index: number;
  /** What is new of its message. */
  delta: ChunkDelta;
  /** Always null: the final frame has it. */
  finish_reason: string | null;
  /** How likely the next token was; then the delta is empty. Absent elsewhere. */
  logprobs?: AnswerLogProbs;
}

/** What is new of a message: one of the fields is there, or none where the chunk tells how likely a token was. */
export interface ChunkDelta {
  /** Text to append to the answer. */
  content?: string;
  /** Text to append to what the model thinks. */
  reasoning_content?: string;
  /** One: a tool call that begins or goes on. */
  tool_calls?: ChunkCall[];
}

/** How a tool call grows. */
export interface ChunkCall {
  /** Which call of the answer, from 0. */
  index: number;
  /** Of the call; in its first chunk alone. */
  id?: string;
  /** In the call's first chunk alone; always the same. */
  type?: "function";
  /** What is called. */
  function: ChunkFunction;
}

/** What a tool call calls. */
export interface ChunkFunction {
  /** The tool's; in the call's first chunk alone. */
  name?: string;
  /** Text to append to the JSON of the arguments. */
  arguments: string;
}

/** Of generated tokens. */
export interface CompletionDetails {
  /** Those that the model thought with. */
  reasoning_tokens: number;
}

/** A port. */
export interface ConnectionView {
  /** Of the extension; `local` for a program of the user's. */
  origin: string;
  /** Of the process at its other end. */
  pid: number;
  /** Of that. */
  version: string;
  /** When it came, in seconds since 1970. */
  since: number;
}

/** Messages that the model is not shown any more, because the conversation is larger than its context. */
export interface ContextOverflowPayload {
  /** How many were dropped now, the oldest behind the system message. */
  dropped: number;
  /** How many are left. */
  kept: number;
  /** What `resume_stream` and `stop_generation` take. */
  streamId: string;
  /** Number of the event in its stream, from 1. */
  seq: number;
}

/** A conversation without its messages. */
export interface ConversationView {
  /** Its name among those of its owner. */
  id: string;
  /** Whose it is, where the extension has several users. */
  user_id: string;
  /** May be empty. */
  title: string;
  /** A word to find it by. */
  topic: string | null;
  /** Another such word. */
  domain: string | null;
  /** Whether it has a star. */
  is_starred: boolean;
  /** Null: messages have embeddings, conversations have none of their own. */
  embedding_id: string | null;
  /** Milliseconds since 1970. */
  created_at: number;
  /** When it or one of its messages was changed last, in milliseconds since 1970. */
  updated_at: number;
  /** What the client keeps with it, an object. */
  metadata: unknown | null;
  /** Settings of this conversation, an object; absent for none. */
  settings?: unknown;
  /** Messages in all of its branches. */
  message_count: number;
  /** What it takes of the owner's quota, in bytes. */
  bytes: number;
  /** The message that says which branch is shown: the newest one at or below it ends the branch. Absent where there is no message. */
  head_id?: string;
  /** Its owner; absent where the request was about the caller's own. */
  origin?: string;
  /** Where it was found; only in answers of `search_conversations`. */
  match?: ConversationMatch;
}

/** Where words of a query stand in a conversation. */
export interface ConversationMatch {
  /** The higher, the better; comparable within one answer. */
  score: number;
  /** Whether its title has some of them. */
  in_title: boolean;
  /** The message that has most of them; absent where none has any. */
  message_id?: string;
  /** Whose that one is. */
  role?: string;
  /** The part of its text in which most of them stand: exactly as it stands there. */
  snippet?: string;
  /** Where the snippet begins in the text, in UTF-16 units. */
  offset?: number;
}

export interface CurrentModelPayload {
  /** Null for none. */
  currentModel: string | null;
}

export interface DefaultModelPayload {
  /** As asked. */
  modelType: string;
  /** The first suggestion of the type. */
  defaultModel: SuggestedModel;
}

export interface DeletedPayload {
  /** owner/name. */
  repoId: string;
  /** That the disk has back. */
  freedBytes: number;
  /** How many are gone. */
  files: number;
  /** How many the system still holds; the host deletes them when it starts the next time. */
  later: number;
}

export interface DownloadListPayload {
  /** Those that are not done. */
  downloads: DownloadView[];
  /** How many they are. */
  count: number;
}

/** How far a download is, under the names of every generation of clients. */
export interface DownloadView {
  /** The same for the same files of the same commit, whoever asks. */
  downloadId: string;
  /** owner/name. */
  repoId: string;
  /** The file by which the model is loaded. */
  fileName: string;
  /** The quant's label; `unknown` where no name tells. */
  quant: string;
  /** Of the repository. */
  commit: string;
  /** How far it is. What is not `completed` goes on from what came when it is asked for again. */
  status: "queued" | "downloading" | "paused" | "completed" | "failed" | "cancelled";
  /** What it does at the moment; absent where it does nothing. */
  phase?: "waiting" | "checking" | "downloading" | "verifying" | "repairing" | "publishing";
  /** Bytes that need not be fetched again; never falls. */
  loaded: number;
  /** Bytes of all files. */
  total: number;
  /** Percent, 0 to 100. */
  progress: number;
  /** Of the last seconds; 0 where nothing comes. */
  bytesPerSecond: number;
  /** Seconds that are left; absent where that cannot be told. */
  etaSeconds?: number;
  /** When it was asked for, in seconds since 1970. */
  startedAt: number;
  /** How far each of its files is. */
  files: DownloadedFileView[];
  /** Why it failed or waits, as an error code; absent for no fault. */
  code?: string;
  /** The same in words for a person. */
  message?: string;
  /** As `repoId`. */
  repo_id: string;
  /** As `fileName`. */
  file_path: string;
  /** As `loaded`. */
  downloaded: number;
  /** As `startedAt`. */
  started_at: number;
}

/** One file of a download. */
export interface DownloadedFileView {
  /** In the repository. */
  fileName: string;
  /** Bytes of it that need not be fetched again. */
  loaded: number;
  /** Its bytes. */
  total: number;
}

export interface DownloadedModelsPayload {
  /** A page of them. */
  models: DownloadedModelView[];
  /** Of all, whatever was asked for. */
  total: number;
  /** Of all files in the cache. */
  totalBytes: number;
  /** Where they are; other tools for the hub have theirs there, too. */
  cacheFolder: string;
  /** What could not be read. */
  problems: string[];
}

/** A model on this machine. Its first fields are those of the list of suggestions. */
export interface DownloadedModelView {
  /** What `load_model` and `delete_model` take. */
  id: string;
  /** Of the repository, without its owner. */
  name: string;
  /** owner/name. */
  repo_id: string;
  /** In the repository; of several files the first. */
  file_path: string;
  /** Which kind of engine runs it. */
  model_type: "gguf" | "bitnet";
  /** In 10^9 bytes. */
  size_gb: number;
  /** Whether all of it is here. */
  downloaded: boolean;
  /** The quant's label; absent where no name tells. */
  quant?: string;
  /** Of the repository. */
  commit: string;
  /** Bytes of all its files. */
  size: number;
  /** Bytes that are here, at most: a part may have holes. */
  bytesHere: number;
  /** Whether all is here, and its bytes were compared with their hashes; the first load does that. */
  state: "verified" | "unverified" | "partial" | "broken";
}

/** Figures of a failure. */
export interface ErrorDetails {
  /** The id of an open request that another one tried to use. */
  requestId?: RequestId;
  /** The field of the request that is wrong. */
  field?: string;
  /** What is the matter or what to do about it, for a person, where the message is one that clients know by its words. */
  advice?: string;
  /** Tokens that the context holds. */
  contextTokens?: number;
  /** Tokens that there would have to be. */
  neededTokens?: number;
  /** Milliseconds to wait before asking again. */
  retryAfterMs?: number;
  /** Bytes of memory or of the disk that there would have to be. */
  neededBytes?: number;
  /** Bytes that there are. */
  availableBytes?: number;
  /** What a crashed engine wrote last. */
  logLines?: string[];
  /** The kind of model that no engine runs. */
  kind?: string;
  /** The grant that is missing. */
  grant?: string;
  /** Whom the user may give it to. */
  origin?: string;
  /** What the user types to give it. */
  command?: string;
  /** The file in which the user could allow it. */
  file?: string;
  /** What would have to stand there, as an example: JSON. */
  example?: string;
  /** What could have been asked for instead: quants that there are, or files that are missing. */
  choices?: string[];
  /** When it makes sense to try again, in seconds since 1970. */
  retryAt?: number;
  /** The hub's name of the request, for its support. */
  hubRequestId?: string;
}

export interface FeasibilityPayload {
  /** Whether it fits into what is free, or into what the models in memory can make room for. */
  can_load: boolean;
  /** The size that was asked about, or of the named model's files, rounded up. */
  model_size_mb: number;
  /** The same in gigabytes (2^30 bytes) with one decimal. */
  model_size_gb: string;
  /** Where it would be. */
  strategy: LoadStrategy;
  /** What decided it. */
  hardware: FeasibilityHardware;
  /** The answer for a person. */
  recommendation: string;
  /** Megabytes of the machine's memory that are free. */
  available_ram_mb: number;
  /** Megabytes that are free of the memory of all GPUs that models can run on; null where these are not known, as `hardware` says. */
  available_vram_mb: number | null;
  /**
   * How far the answer can be trusted: `unknown` by the size alone, which says nothing of the memory that a context takes; for a named
   * model as far as its bytes, as in `estimate_model_size`.
   */
  confidence: "exact" | "bounded" | "unknown";
  /** What the named model would take; absent where only a size is known. */
  planned?: PlannedNeed;
  /** What is still being found out, as in `get_hardware_info`, and may change the answer. */
  pending: string[];
}

/** Megabytes are 2^20 bytes; gigabytes are texts with one decimal. */
export interface FeasibilityHardware {
  /** Of the machine, or of its container. */
  total_ram_mb: number;
  total_ram_gb: string;
  available_ram_mb: number;
  available_ram_gb: string;
  /** As in `get_hardware_info`. */
  ram_tier: string;
  /** Of all GPUs that models can run on and that have memory of their own; null where these are not known. */
  total_vram_mb: number | null;
  /** The same; null where that is. */
  total_vram_gb: string | null;
  /** As in `get_hardware_info`. */
  vram_tier: string | null;
  /** GPUs that models can run on; null where these are not known. */
  gpu_count: number | null;
  /** Why it is not known on which GPUs models can run. */
  vram_reason?: string;
}

/** What fits where what was asked for does not. */
export interface FittingAlternative {
  /** What is other than asked for. */
  kind: "fewer_gpu_layers" | "shorter_context" | "smaller_quant";
  /** The context that fits. */
  context_tokens: number;
  /** The layers that a GPU computes then; absent for another quant, where that is not known. */
  gpu_layers?: number;
  /** The other quant's address; absent where it is this model. */
  model?: string;
  /** Its label. */
  quant?: string;
  /** Megabytes (2^20 bytes, rounded up) of the machine's memory; for another quant those of both memories. */
  ram_mb: number;
  /** Megabytes of the GPUs' memory; absent for another quant. */
  vram_mb?: number;
  /** How far these can be trusted. */
  confidence: "exact" | "bounded" | "unknown";
  /** As in `speed`; absent where it is not known. */
  tokens_per_second?: number;
}

export interface FoundMessage {
  /** The message. */
  id: string;
  /** The conversation that it is in. */
  conversation_id: string;
  /** That one's title. */
  conversation_title: string;
  /** Whose it is. */
  role: string;
  /** Milliseconds since 1970. */
  created_at: number;
  /** The higher, the better; comparable within one answer. */
  score: number;
  /** The part of its text in which most of the query's words stand, or its beginning: exactly as it stands there. */
  snippet: string;
  /** Where the snippet begins in the text, in UTF-16 units. */
  offset: number;
  /** Whose it is; absent where the request was about the caller's own. */
  origin?: string;
}

/** Megabytes of 2^20 bytes that are free now. */
export interface FreeMegabytes {
  /** Of the memory of GPUs that models can run on; null where that is not known. */
  vram_mb: number | null;
  /** Of the machine's memory. */
  ram_mb: number;
  /** Why `vram_mb` is null. */
  reason?: string;
}

export interface GarbagePayload {
  /** At most the first thousand. */
  files: GarbageView[];
  /** Of all; with `dryRun` what would be free. */
  freedBytes: number;
  /** As asked. */
  dryRun: boolean;
  /** What could not be deleted. */
  problems: string[];
}

export interface GarbageView {
  /** owner/name. */
  repoId: string;
  /**
   * What it is: bytes that nothing points to, the rest of a download of this or of other tools, bytes that were wrong, or what points to
   * nothing.
   */
  kind: "orphan_blob" | "stale_download" | "other_tools_download" | "put_aside" | "broken_pointer" | "empty_folder" | "bookkeeping";
  /** Its size. */
  bytes: number;
}

/** A whole answer, with its figures. */
export interface GenerationPayload {
  /** The answer's text. */
  output: string;
  /** The same text again, for clients that read this field; absent where the frame has no room for it. */
  generatedText?: string;
  /** What the model thought before it answered; absent where it did not, or its template does not tell thoughts from answers. */
  reasoning?: string;
  /** True where the thoughts are cut to fit the frame; the events had all of them. */
  reasoningTruncated?: boolean;
  /** The tools that the model calls; absent where it calls none. A message of role `tool` with the call's id brings each result back. */
  toolCalls?: CalledTool[];
  /** True where the text is cut to fit the frame; the events had all of it. */
  outputTruncated?: boolean;
  /** How likely the tokens were; absent where the request did not ask. */
  logprobs?: AnswerLogProbs;
  /** True where they do not fit the frame, and are left out; the events had them. */
  logprobsTruncated?: boolean;
  /** Why it ended: the model's own end, a setting's, a full context, or somebody stopped it. */
  stopReason: "end_of_turn" | "max_tokens" | "stop_text" | "context_full" | "tool_calls" | "stopped";
  /** The stop text that ended it. */
  stopText?: string;
  /** Tokens a second, as a text with one decimal. */
  tps: string;
  /** Tokens generated. */
  numTokens: number;
  /** Those of them that the model thought with; absent where it did not. */
  reasoningTokens?: number;
  /** Tokens of the prompt. */
  promptTokens: number;
  /** Tokens of the prompt that were not computed again. */
  cachedTokens: number;
  /** Milliseconds until the first token. */
  timeToFirstToken: number;
  /** What the model is called. */
  modelPath: string;
  /** The stream's name, as in its events; absent where it was stopped before there was one. */
  streamId?: string;
  /** Number of the stream's last event. */
  seq: number;
  /** Whether the question and the whole answer are stored; absent where the request named no conversation. */
  stored?: boolean;
  /**
   * Why it is not: `store_false` as the request asked, `not_begun` where it was stopped before its model was there, or the code of an
   * error, such as `database_busy` where another process of the host has the conversations. Absent where it is stored.
   */
  reason?: string;
  /** The conversation. */
  conversationId?: string;
  /** The answer's message; absent where nothing of it is stored. */
  messageId?: string;
  /** The message that it answers; absent where none is stored. */
  userMessageId?: string;
  /** Stored messages that were put before the prompt; absent where the request had messages of its own. */
  historyMessages?: number;
  /** Of `ask_page` alone, as the next two: the excerpts that the model was shown, the best first. */
  sources?: PageSource[];
  /**
   * Which sentences of the pages the answer stands on, in its order: one for each marker that the model wrote; where it wrote none, up to
   * three that say most of what the answer says. Empty where nothing in the excerpts supports it.
   */
  citations?: Citation[];
  /** How the excerpts were found: `text`, by words alone, where the model that embedded the page is loaded no more. */
  retrieval?: "hybrid" | "text";
}

/** What a statement of the answer stands on. */
export interface Citation {
  /** The number of the excerpt, as in `sources`. */
  marker: number;
  /** Where the marker begins in the answer, in UTF-16 units; of an inferred one, where the sentence ends that it is about. */
  position: number;
  /** The page; absent of a document. */
  page_id?: string;
  /** The document's number among those of the request, from 0; absent of a page. */
  document?: number;
  /** The page's address; absent of a document. */
  url?: string;
  /** Where the cited sentence begins in the text that was indexed, in UTF-16 units. */
  start: number;
  /** The unit behind its last one. */
  end: number;
  /** What stands there: the text's `substring(start, end)`. */
  text: string;
  /** How much of the statement's words stand there, rare words counting more: 0 to 1. */
  score: number;
  /** Whether the model wrote no markers at all, and the host has found the sentence by its words; absent where it wrote this one. */
  inferred?: boolean;
}

/** A generation that waits. */
export interface GenerationQueuedPayload {
  /** Its place in the queue of the model; 1 for the one that is next. */
  position: number;
  /** What `resume_stream` and `stop_generation` take. */
  streamId: string;
  /** Number of the event in its stream, from 1. */
  seq: number;
}

/** A step of a generation. */
export interface GenerationUpdatePayload {
  /** Whether the prompt is read, the model thinks, or the answer comes. */
  phase: "prefill" | "reasoning" | "decode";
  /** Text to append to the answer; empty while the prompt is read and while the model thinks. */
  token: string;
  /** Text to append to what the model thinks; absent in other phases. */
  reasoning?: string;
  /** Tokens a second so far, as a text with one decimal; null until there are two. */
  tps: string | null;
  /** Tokens of the answer so far. */
  numTokens: number;
  /** Tokens of the prompt that are computed; only while it is read, as the next two. */
  done?: number;
  /** Tokens of the prompt. */
  total?: number;
  /** Tokens of the prompt that need not be computed, because they were before. */
  cached?: number;
  /** What `resume_stream` and `stop_generation` take. */
  streamId: string;
  /** Number of the event in its stream, from 1. */
  seq: number;
}

export interface HardwarePayload {
  cpu: CpuView;
  memory: MemoryView;
  /** As the system, the drivers and llama.cpp together show them. */
  gpus: GpuView[];
  /** Of all GPUs together. */
  vram: VramView;
  /** Where models compute. */
  execution_provider: ExecutionProviderView;
  /** The operating system. */
  os: OsView;
  /** Processors for neural networks beside CPU and GPU; no engine of this host uses them. */
  npus: NpuView[];
  /** Why it is not known whether there are any. */
  npu_reason?: string;
  /** What llama.cpp computes on. */
  engine: EngineView;
  /** Of the folders that the host writes to. */
  disks: DiskView[];
  /** What is still being found out: `os`, `cpu`, `memory`, `gpus`, `engine`, `npu`, `disks`. Ask again for it. */
  pending: string[];
}

/** The processor. What the system does not tell is null, with the reason beside it. */
export interface CpuView {
  /** `Intel`, `Amd`, `Apple`, `Arm` or `Unknown`. */
  vendor: string;
  /** The maker's generation, such as `AmdZen3` or `IntelAlderlake`; `Unknown` for one without a name here. */
  architecture: string;
  /** The maker's name for it. */
  model_name: string | null;
  /** Cores that are on. */
  cores: number | null;
  /** Hardware threads that are on. */
  threads: number | null;
  /** Why cores, threads or name are null. */
  reason?: string;
  /** Cores that the host may use: containers and affinity can take some away. */
  usable_cores: number | null;
  /** Hardware threads that the host may use. */
  usable_threads: number;
  /** The fast cores of a processor that has two kinds; null where all are of one kind. */
  performance_cores: number | null;
  /** The slow cores of a processor that has two kinds; null where all are of one kind. */
  efficiency_cores: number | null;
  /** As x86 processors number themselves. */
  family: number | null;
  /** The number of the model within its family. */
  model: number | null;
  /** The number of the revision of the model. */
  stepping: number | null;
  /** Why family, model and stepping are null. */
  family_reason?: string;
  /** The clock that it always reaches, in MHz. */
  base_clock_mhz: number | null;
  /** The highest clock of its fastest core, in MHz. */
  max_clock_speed_mhz: number | null;
  /** Why a clock is null. */
  clock_reason?: string;
  /** From the first level up; empty where the system does not tell. */
  caches: CacheView[];
  /** The vector instructions that the host may use. */
  instruction_sets: string[];
  /** The kernel that the ternary engine computes with here: `avx512`, `avx-vnni`, `avx2`, `arm-dotprod` or `portable`. */
  bitnet_dll_variant: string;
  /** Always null: there is no such file. */
  bitnet_dll_filename: string | null;
  /** Why there is none. */
  bitnet_dll_reason: string;
}

/** The caches of one level, kind and size. */
export interface CacheView {
  /** 1 is nearest to the core. */
  level: number;
  /** `data`, `instruction` or `unified`. */
  kind: string;
  /** Of each. */
  bytes: number;
  /** How many there are. */
  count: number;
}

/** The disk of a folder that the host writes to, in megabytes of 2^20 bytes. Null where the system does not tell. */
export interface DiskView {
  /** What lies there: `model_cache`, `models`, `cache` or `temp`. */
  use: string;
  path: string;
  /** Of the file system. */
  total_mb: number | null;
  /** What the user may still write. */
  available_mb: number | null;
  /** What is written, by whoever. */
  used_mb: number | null;
  /** What is written of what the user may write, 0 to 100. */
  used_percent: number | null;
  /** Its kind, such as `ext4`. */
  file_system: string | null;
  /** Why the figures are null. */
  reason?: string;
}

/** llama.cpp and what it computes on. */
export interface EngineView {
  name: string;
  /** llama.cpp's own; null where it could not be asked. */
  version: string | null;
  devices: EngineDeviceView[];
  /** Why it could not be asked, or was not yet. */
  reason?: string;
}

/** Something that llama.cpp computes on. */
export interface EngineDeviceView {
  /** llama.cpp's name for it, such as `CPU` or `Vulkan0`. */
  name: string;
  /** The driver's name for it. */
  description: string;
  /** `cpu`, `gpu` (with memory of its own), `integrated_gpu`, `accelerator` or `other`. */
  kind: string;
  /** What models on it call their engine, such as `llama_cpp_vulkan`. */
  backend: string;
  /** Megabytes (2^20 bytes) of its memory, or of the machine's that it may use. */
  total_mb: number;
}

/** Where models compute. */
export interface ExecutionProviderView {
  /** `Vulkan`, `Metal`, `CUDA` or `CPU`: what a model that fits runs on; null while that is being found out. */
  primary: string | null;
  /** What computes the rest of a model that does not fit. */
  fallbacks: string[];
  /** Why it is that. */
  reason: string;
}

/** A GPU. What is not known is null, with the reason beside it; megabytes are 2^20 bytes. */
export interface GpuView {
  /** By which `gpu_index` means it. */
  index: number;
  /** The maker's; its numbers on the bus where nobody knows one. */
  name: string;
  /** `Nvidia`, `Amd`, `Intel`, `Apple` or `Unknown`. */
  vendor: string;
  /** Of its own memory; where it shares the machine's, what the engine may use of that. */
  vram_mb: number | null;
  /** What of it nobody uses. */
  free_vram_mb: number | null;
  /** Why a figure is null. */
  vram_reason?: string;
  /** Whether it works in the machine's memory; null where that is not known. */
  shares_memory: boolean | null;
  /** The driver's name. */
  driver: string | null;
  /** Of a driver that is part of the kernel, the kernel's. */
  driver_version: string | null;
  /** Why the version is null. */
  driver_reason?: string;
  /** Such as `0000:01:00.0`; null where it is on no bus. */
  pci_address: string | null;
  /** llama.cpp's name for it, such as `Vulkan0`; null where models cannot run on it. */
  engine_device: string | null;
  /** Why they cannot. */
  engine_reason?: string;
}

/** A model that the caller has loaded. */
export interface HeldModelView {
  /** What it is called. */
  model_id: string;
  /** As `model_id`. */
  model_path: string;
  /** `downloaded` where it left memory, and comes back with the next use. */
  state: "loaded" | "downloaded";
  /** Whether a generation runs or waits on it. */
  in_use: boolean;
  /** The engine; null where it is not in memory. */
  backend: string | null;
  /** What it takes of memory; null where it is not in memory. */
  resources: ModelResources | null;
  /** Null where it is not in memory. */
  loaded_at: string | null;
  /** When it was loaded, or a generation on it began or ended; null where it is not in memory. */
  last_used: string | null;
  /** What its file says of it; absent where it is not in memory. */
  metadata?: HeldModelMetadata;
}

export interface HeldModelMetadata {
  /** As its file says; absent where that says nothing. */
  name?: string;
  /** As its file says, such as `llama`. */
  architecture: string;
  /** The context window in tokens. */
  context_size: number;
}

/** A conversation with its messages. */
export interface ImportedConversation {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** The conversation. The host also takes it as conversationId, chat_id, chatId, id. */
  conversation_id?: string;
  /** At most 2,000 characters. */
  title?: string;
  /** A word to find it by, at most 500 characters; empty takes it away. */
  topic?: string;
  /** Another such word. */
  domain?: string;
  /** Whether it has a star. One with a star is not deleted for its age. The host also takes it as isStarred. */
  is_starred?: boolean;
  /** Settings of this conversation, which the host keeps and gives back: an object of at most 16 KiB; null takes them away. */
  settings?: unknown;
  /** What the client wants to keep with it: an object of at most 16 KiB; null takes it away. */
  metadata?: unknown;
  /** Whose it is, where an extension has several users; kept as `user_id` of the metadata. The host also takes it as userId. */
  user_id?: string;
  /**
   * When the device wrote it: milliseconds since 1970, or a text of ISO 8601. Now where it is absent. The host also takes it as updatedAt.
   */
  updated_at?: unknown;
  /** When it was begun. The host also takes it as createdAt. */
  created_at?: unknown;
  /** The message whose branch is shown. */
  head_id?: string;
  /** All of it that was written up to `updated_at` is deleted, its messages too. Default: false. */
  deleted?: boolean;
  /** All that was written of it up to this time was deleted, though it has come to life again since: as `sync_pull` tells it. */
  deleted_up_to?: unknown;
  /** Each follows the one before it, unless it has a `parent_id`. */
  messages?: SyncMessageInput[];
}

export interface InferenceSettingsPayload {
  /** What the model is called. */
  modelPath: string;
  /** What a generation on it goes by where its request says nothing. */
  settings: ParamsView;
  /** What the caller saved for it, each by its own name. */
  saved: Record<string, unknown>;
}

export interface LmStudioPayload {
  /** Whether its command line tool is there. */
  installed: boolean;
  /** Whether LM Studio has been opened once, so that the tool can start it. */
  bootstrapped: boolean;
  /** Whether its server answers at `api_endpoint` within two seconds; also one that wants a token does. */
  server_running: boolean;
  /** Where the server is asked. */
  api_endpoint: string;
  /** Path of the command line tool; null where it is not there. */
  lms_path: string | null;
  /** The first language model in the server's memory, by LM Studio's name; null where there is none or that is not known: see `reason`. */
  current_model: string | null;
  /** All models in the server's memory, at most 64; absent where the server does not say. */
  loaded_models?: string[];
  /** Why `current_model` is null; absent where it is not. */
  reason?: string;
}

export interface LmStudioServerPayload {
  /** Whether the server runs now. */
  server_running: boolean;
  /** Where it is asked. */
  api_endpoint: string;
}

export interface LoadStrategy {
  /** `none` where it does not fit. */
  target: "gpu" | "split" | "cpu" | "none";
  /** The GPU, as `get_hardware_info` numbers them; null for none. */
  gpu_index: number | null;
  /** The part of the model that the GPU has, 0 to 100; of a named one's layers. */
  gpu_percent: number;
  /** The part that the CPU has, 0 to 100. */
  cpu_percent: number;
  /** Why so, for a person. */
  reason: string;
}

/** A way to divide a model between GPU and CPU. Megabytes of 2^20 bytes, rounded up. */
export interface LoadWay {
  /** Where the layers are. */
  strategy: "full_vram" | "hybrid" | "full_ram";
  /** Layers that the GPU computes. */
  vram_layers: number;
  /** Layers that the CPU computes. */
  ram_layers: number;
  /** Megabytes of the GPU's memory. */
  vram_mb: number;
  /** Megabytes of the machine's memory. */
  ram_mb: number;
  /** One way beside the others. */
  speed: "fast" | "medium" | "slow";
  /** The same for a person. */
  description: string;
}

export interface LoadedModelsPayload {
  /** In the order in which they were loaded. */
  models: ModelPayload[];
}

/** How far a load is, as clients are told. */
export interface LoadingProgressPayload {
  /** Of the phase `loading`; of the others always `progress`. */
  status: "initiate" | "progress" | "done";
  /** What is done to the model; only `loading` always comes. */
  phase: "downloading" | "verifying" | "loading";
  /** Percent of the phase, 0 to 100; never falls in it. */
  progress: number;
  /** The file's name. */
  file: string;
  /** The same in words for a person. */
  message: string;
  /** Bytes that are here; only while it is downloaded. */
  loaded?: number;
  /** Bytes that there are to be; only while it is downloaded. */
  total?: number;
}

export interface MemoryResources {
  /** Of all GPUs that have memory of their own. */
  vram: MemoryAmount;
  /** Of the machine. */
  ram: MemoryAmount;
  /** How many GPUs there are; null while that is being found out. */
  gpu_count: number | null;
}

/** Megabytes of 2^20 bytes. Null where they are not known. */
export interface MemoryAmount {
  total_mb: number | null;
  used_mb: number | null;
  available_mb: number | null;
  /** Why a figure is null. */
  reason?: string;
}

export interface MemoryUsagePayload {
  /** Of the machine. */
  ram: MemoryUsage;
  /** Of all GPUs that have memory of their own; null where there is none, or it is not known. */
  vram: MemoryUsage | null;
  /** Why it is null. */
  vramReason?: string;
  /** How many models are in memory, whoever loaded them. */
  loadedModelsCount: number;
  /** Bytes that they take, of both memories together. */
  memoryUsedByModels: number;
  /** Whether a figure was read before this request: GPUs are asked once in five seconds. */
  cached: boolean;
  /** Milliseconds since the GPUs' figures were read; null where there are none. */
  vramAgeMs?: number;
  /** When the answer was made, in seconds since 1970. */
  timestamp: number;
  /** What is still being found out, as in `get_hardware_info`. Ask again for it. */
  pending: string[];
}

/** Bytes. Null where they are not known. */
export interface MemoryUsage {
  total: number | null;
  /** What cannot be freed at once, by whoever it is used. */
  used: number | null;
  /** What the host can still use; a container's limit counts where it is lower. */
  available: number | null;
  /** Why the figures are null. */
  reason?: string;
}

/** The machine's memory, in megabytes of 2^20 bytes. Null where the system does not tell. */
export interface MemoryView {
  /** What the system manages. */
  total_ram_mb: number | null;
  /** What the host can still use before the machine swaps; a container's limit counts where it is lower. */
  available_ram_mb: number | null;
  /** What is used of the total and cannot be freed at once, by whoever. */
  used_ram_mb: number | null;
  /** `low` below 8,192, `medium` below 16,384, `high` below 32,768, else `very_high`. */
  ram_tier: string | null;
  /** What the host and those in its container may use together; null where nothing bounds them. */
  container_limit_mb: number | null;
  /** Of all swap space or page files. */
  swap_total_mb: number | null;
  /** What of that is free. */
  swap_free_mb: number | null;
  /** Why the figures are null. */
  reason?: string;
}

/** One message of a conversation. */
export interface MessageField {
  /** Whose it is, in any letter case; `developer` counts as the system's. */
  role: "system" | "user" | "assistant" | "tool";
  /**
   * Its text; or a list of parts, `{"type": "text", "text": …}`, that are put together. Null or absent where an assistant only called
   * tools.
   */
  content?: unknown;
  /** Assistant: what it thought before it answered. The host also takes it as reasoning. */
  reasoning_content?: string;
  /** Assistant: the tools that it called, as the answer told them. The host also takes it as toolCalls. */
  tool_calls?: ToolCallField[];
  /** Tool: the id of the call that this is the result of. The host also takes it as toolCallId. */
  tool_call_id?: string;
  /** Tool: the tool's name. Others: the speaker's. */
  name?: string;
}

/** A message of a conversation. */
export interface MessageView {
  /** Its name among those of its owner. */
  id: string;
  /** The conversation that it is in. */
  conversation_id: string;
  /** Whose it is: `user`, `assistant`, `system`, or another word of the client's. */
  role: string;
  /** Its text, or the beginning of it: see `content_bytes`. */
  content: string;
  /** Bytes of the whole text in UTF-8, where only its beginning is here; `get_message` has the rest. Absent where it is whole. */
  content_bytes?: number;
  /** What the model thought before it answered, or its beginning; absent for nothing. */
  reasoning?: string;
  /** As `content_bytes`. */
  reasoning_bytes?: number;
  /** Of its embedding; null where it has none yet. */
  embedding_id: string | null;
  /** Milliseconds since 1970. */
  created_at: number;
  /** Milliseconds since 1970. */
  updated_at: number;
  /** What the client keeps with it, an object. */
  metadata: unknown | null;
  /** The message that it follows; absent for one that begins the conversation. */
  parent_id?: string;
  /** How far it is; `interrupted` where it was stopped, or the host died. */
  status: "complete" | "streaming" | "interrupted" | "failed";
  /** The model that wrote it. */
  model?: string;
  /** Settings that it was generated with, an object. */
  settings?: unknown;
  /** Tokens that the model read. */
  prompt_tokens?: number;
  /** Tokens that the model wrote. */
  output_tokens?: number;
  /** How long what took: an object of numbers, in milliseconds. */
  timings?: unknown;
  /** Why the model ended, as in a generation's answer. */
  stop_reason?: string;
  /** What is known of files that belong to it: a list of objects. The files are not here. */
  attachments?: unknown;
  /**
   * The messages that follow the same one, this one among them, the oldest first; absent where it is alone. At most 100, the nearest ones.
   */
  sibling_ids?: string[];
  /** How many such messages there are, where `sibling_ids` has not all of them; absent elsewhere. */
  sibling_count?: number;
  /** Its owner; absent where the request was about the caller's own. */
  origin?: string;
}

/** What a model takes, in megabytes of 2^20 bytes. */
export interface ModelAllocation {
  /** Of the GPU's memory. */
  vram_mb: number;
  /** Of the machine's memory. */
  ram_mb: number;
  /** The engine that runs it. */
  backend: string;
}

export interface ModelListPayload {
  /** All of the list. */
  models: SuggestedModel[];
}

/** What clients are told of a loaded model, under the names of every generation of clients. */
export interface ModelPayload {
  /** False where nothing is loaded. */
  isReady: boolean;
  /** Which engine computes it, such as `llama_cpp_cpu`; null where nothing is loaded. */
  backend: string | null;
  /** What the model is called; null where nothing is loaded. */
  modelPath: string | null;
  /** As `backend`. */
  executionProvider?: string;
  /** Where it is computed: `"cpu"`, `"gpu"`, or `{"split":{"gpu_layers":n}}`. */
  loadedTo?: unknown;
  /** The file's size in bytes. */
  size?: number;
  /** As `size`. */
  fileSize?: number;
  /** The context window, in tokens. */
  contextSize?: number;
  /** The context it was trained for, in tokens. */
  trainedContextSize?: number;
  /** As the file's header has it, such as `llama`. */
  architecture?: string;
  /** As the file's header has it. */
  name?: string;
  /** What a user should know about how it was loaded. */
  notes?: string[];
  /** As `modelPath`. */
  model_id?: string;
  /** As `loadedTo`. */
  loaded_to?: unknown;
  /** Layers that a GPU computes. */
  gpu_layers?: number;
  /** Layers that the processor computes. */
  cpu_layers?: number;
  /** Bytes of the GPUs' memory that it takes, as its load was planned. */
  vram_used?: number;
  /**
   * Bytes of the machine's memory that it takes, as its load was planned and `estimate_model_size` tells before. Its process may have less
   * in use.
   */
  ram_used?: number;
  /** What the model's file says of it. */
  config?: ModelConfig;
  /** What the caller's generations on it go by where a request says nothing. */
  settings?: ParamsView;
  /** The process that holds it; absent where only others loaded it. */
  pid?: number;
  /** When it was loaded, in seconds since 1970; absent where only others loaded it. */
  loaded_at?: number;
  /**
   * When it leaves memory if nobody uses it, in seconds since 1970; absent while it is in use or kept always, and where only others loaded
   * it.
   */
  expires?: number;
  /** Milliseconds of the caller's last generation until its first token. */
  time_to_first_token?: number;
  /** Of the caller's last generation. */
  tokens_per_second?: number;
  /** Tokens of the prompt of the caller's last generation. */
  input_tokens?: number;
  /** Tokens of the answer of the caller's last generation. */
  output_tokens?: number;
  /** Milliseconds of the caller's last generation. */
  total_time?: number;
}

/** What its file says of a model. */
export interface ModelConfig {
  /** The context window it is loaded with, in tokens. */
  context_size: number;
  /** Width of the hidden state. */
  embedding_dim: number;
  /** Bytes. */
  file_size: number;
  /** `bitnet` for ternary weights. */
  model_type: "gguf" | "bitnet";
}

/** What a model in memory takes of it, as its load was planned. */
export interface ModelResources {
  /** Of the GPU's memory, in 2^20 bytes. */
  vram_mb: number;
  /** Of the machine's memory, in 2^20 bytes. */
  ram_mb: number;
  /** Layers that a GPU computes. */
  vram_layers: number;
  /** Layers that the CPU computes. */
  ram_layers: number;
}

/** A model has left memory, though the caller did not ask for it. The caller's next use of it loads it again. */
export interface ModelUnloadedPayload {
  /** What the model is called. */
  modelPath: string;
  /** Nobody used it for long, the memory was needed, or another caller or the user took it from everybody. */
  reason: "idle" | "memory" | "forced";
}

/** A model in memory. */
export interface ModelView {
  /** What it is called. */
  modelPath: string;
  /** The process that holds it. */
  pid: number;
  /** Its engine. */
  backend: string;
  /** Bytes of its file. */
  size: number;
  /** Bytes of memory that its process uses; absent where the system does not say. */
  memory?: number;
  /** Its context window, in tokens. */
  contextSize: number;
  /** Seconds since 1970. */
  loadedAt: number;
  /** When it leaves memory if nobody uses it, in seconds since 1970; absent while it is in use or kept always. */
  expires?: number;
  /** Generations that run or wait on it. */
  running: number;
  /** Callers that loaded it and have not unloaded it. */
  callers: number;
}

/** A processor for neural networks. */
export interface NpuView {
  name: string;
  /** Null where it has none of its own. */
  driver: string | null;
  /** Null where it has no driver of its own, or the system does not tell. */
  driver_version: string | null;
}

/** The operating system. Null where it does not tell. */
export interface OsView {
  /** `linux`, `windows` or `macos`. */
  name: string | null;
  /** Of the kernel on Linux, else of the system. */
  version: string | null;
  /** Of the processor, such as `x86_64` or `aarch64`. */
  arch: string | null;
  /** Name and version for people. */
  title: string | null;
  /** Why a field is null. */
  reason?: string;
}

export interface OthersAllocation {
  /** How many they are. */
  count: number;
  /** Megabytes of the GPU's memory. */
  vram_mb: number;
  /** Megabytes of the machine's memory. */
  ram_mb: number;
}

/** What an owner of conversations has stored. */
export interface OwnerView {
  /** The extension's origin, with # and the hash of the namespace where there is one; `local` for the user at this machine. */
  origin: string;
  /** How many. */
  conversations: number;
  /** In all of their branches. */
  messages: number;
  /** What the quota counts: the texts, and about what else a message takes. */
  bytes: number;
  /**
   * Deleted conversations and messages of which that is still known, for 180 days, so that devices hear of it. The quota counts 256 bytes
   * for each, beside `bytes`.
   */
  deletions: number;
  /** The quota, of all namespaces of the extension together; absent for none. */
  limit_bytes?: number;
  /** Days after its last change that a conversation without a star is kept; absent for ever. */
  kept_days?: number;
  /** When the conversation that was left alone longest was changed last, in milliseconds since 1970; absent for none. */
  oldest?: number;
}

/** How far the indexing of a page is. */
export interface PageIndexProgressPayload {
  /** The page. */
  page_id: string;
  /** Parts whose vectors are there. */
  done: number;
  /** All parts. */
  total: number;
}

/** An excerpt that the model was shown. */
export interface PageSource {
  /** Its number, from 1, which the answer has in brackets: [1]. */
  marker: number;
  /** The page; absent of a document. */
  page_id?: string;
  /** The document's number among those of the request, from 0; absent of a page. */
  document?: number;
  /** The page's address; absent of a document. */
  url?: string;
  /** The page's title; may be empty. */
  title: string;
  /** Where it begins in the text that was indexed, in UTF-16 units. */
  start: number;
  /** The unit behind its last one. */
  end: number;
  /** What stands there: the text's `substring(start, end)`. */
  text: string;
  /** How well it fits the question: the higher, the better; comparable within one answer. */
  score: number;
}

/** What a model is shown before it answers. */
export interface PageSourcesPayload {
  /** The excerpts, the best first. */
  sources: PageSource[];
  /** What `resume_stream` and `stop_generation` take. */
  streamId: string;
  /** Number of the event in its stream, from 1. */
  seq: number;
}

export interface PageView {
  /** Its name. */
  page_id: string;
  /** Its address. */
  url: string;
  /** Its title; may be empty. */
  title: string;
  /** UTF-16 units of its text. */
  characters: number;
  /** The parts that it is found by. */
  chunks: number;
  /** The model that computed their vectors. */
  model: string;
  /** Memory that it takes. */
  bytes: number;
  /** When it was indexed, in milliseconds since 1970. */
  created_at: number;
}

/** A caller's settings as they are now. Those from `typical_p` on are absent where they are as usual. */
export interface ParamsView {
  /** How freely tokens are chosen; 0 takes the likeliest one always. */
  temperature: number;
  /** Keeps the likeliest tokens whose probabilities sum to this; 1 keeps all. */
  top_p: number;
  /** Keeps so many of the likeliest tokens; 0 keeps all. */
  top_k: number;
  /** Drops tokens less likely than this part of the likeliest one's probability; 0 drops none. */
  min_p: number;
  /** Most tokens of an answer. */
  max_new_tokens: number;
  /** Most tokens of an answer. */
  max_tokens: number;
  /** Makes tokens that were there before less likely, by division of their logits; 1 changes nothing. */
  repetition_penalty: number;
  /** Taken from a token's logit once for each time it was there before; 0 changes nothing. */
  frequency_penalty: number;
  /** Taken once from the logit of a token that was there before; 0 changes nothing. */
  presence_penalty: number;
  /** How many of the last tokens the penalties look at; 0 for none, -1 for the whole context. */
  penalty_window: number;
  /** False takes the likeliest token always, whatever the temperature. */
  do_sample: boolean;
  /** The same seed gives the same answer; -1, or none, another one each time. */
  seed?: number;
  /** The answer ends before any of these texts. */
  stop: string[];
  /** Keeps the tokens that surprise about as much as is to be expected, whose probabilities sum to this; 1, as usual, keeps all. */
  typical_p?: number;
  /** Drops tokens whose logit is more than so many standard deviations below the largest; 0, as usual, or -1 drops none. */
  top_n_sigma?: number;
  /**
   * How often all likely tokens but the least likely of them are dropped, for answers that are less of the usual; 0, as usual, for never.
   */
  xtc_probability?: number;
  /** From which probability on a token is likely for `xtc_probability`, usually 0.1; above 0.5 nothing is dropped. */
  xtc_threshold?: number;
  /**
   * How far the temperature goes below and above `temperature`: down where the model is sure, up where it is not; 0, as usual, for not at
   * all.
   */
  dynatemp_range?: number;
  /** Bends the way between, usually 1: above it the temperature stays low longer. */
  dynatemp_exponent?: number;
  /**
   * 2 for Mirostat 2, which keeps the surprise of the answer near `mirostat_tau` in place of all other ways to drop tokens; 0, as usual,
   * for none.
   */
  mirostat?: number;
  /** The mean surprise of tokens that Mirostat aims at, in bits, usually 5. */
  mirostat_tau?: number;
  /** How fast Mirostat follows, usually 0.1. */
  mirostat_eta?: number;
  /**
   * Makes a token less likely that would prolong a repetition: this, times a power of `dry_base`, is taken from its logit; 0, as usual, for
   * nothing.
   */
  dry_multiplier?: number;
  /** What one more token of repetition multiplies that by, usually 1.75. */
  dry_base?: number;
  /** Tokens that may be repeated without it, usually 2. */
  dry_allowed_length?: number;
  /** How many of the last tokens are looked through for repetitions; 0 for none, -1, as usual, for the whole context. */
  dry_penalty_last_n?: number;
  /** Texts that a repetition does not reach across, usually the end of a line, a colon, a quote and an asterisk. */
  dry_sequence_breakers?: string[];
  /**
   * What is added to the logits of tokens, by their ids in the model's vocabulary: 5 makes one much likelier, -100 forbids it. At most
   * 1,024 tokens.
   */
  logit_bias?: Record<string, number>;
}

/** What a model would take, part by part. */
export interface PlannedMemory {
  /** The tensors of its files. */
  weights: PlannedPart;
  /** Keys and values of the context, and the states of recurrent layers. */
  kv_cache: PlannedPart;
  /** What the steps between them need. */
  compute: PlannedPart;
  /** The probabilities of the next token. */
  output: PlannedPart;
  /** What the engine keeps beside: tables of the tokenizer, memory of its threads. Never exact. */
  runtime: PlannedPart;
}

/** What a load of a named model would take. Megabytes are 2^20 bytes, rounded up. */
export interface PlannedNeed {
  /** The model's name, as `load_model` takes it. */
  model_path: string;
  /** The context that it would be loaded with. */
  context_tokens: number;
  /** The layers that a GPU would compute. */
  gpu_layers: number;
  /** Megabytes of the machine's memory. */
  ram_mb: number;
  /** Megabytes of the GPUs' memory. */
  vram_mb: number;
}

export interface PlannedPart {
  /** Bytes of the machine's memory. */
  ram_bytes: number;
  /** Bytes of the GPUs' memory. */
  vram_bytes: number;
  /** `exact` is what the engine allocates, `bounded` no less than that, `unknown` a guess. */
  confidence: "exact" | "bounded" | "unknown";
}

/** How fast a model would be. */
export interface PlannedSpeed {
  /**
   * Tokens that it makes in a second at the end of a full context, as far as the memory decides, which has to be read for each of them:
   * computing may make it slower, a shorter context makes it faster. Null where that is not known.
   */
  tokens_per_second: number | null;
  /** Why it is null. */
  reason?: string;
  /** Tokens of a prompt that it reads in a second; null, because that is not known before it runs. */
  prompt_tokens_per_second: number | null;
  /** Why it is null. */
  prompt_reason: string;
  /** Bytes that are read to make a token: weights that it passes through, and the context. Absent where that is not known. */
  bytes_per_token?: number;
  /** How fast this machine's memory is read, the best of a few measurements; absent before the first. */
  memory_bytes_per_second?: number;
}

/** Of the tokens of a prompt. */
export interface PromptDetails {
  /** Those that were not computed again. */
  cached_tokens: number;
}

export interface PulledPayload {
  /** What the actions about downloads take. */
  downloadId: string;
  /** owner/name. */
  repoId: string;
  /** The file by which it is loaded. */
  fileName: string;
  /** The quant's label; `unknown` where no name tells. */
  quant: string;
  /** Of the repository. */
  commit: string;
  /** Bytes of all its files. */
  size: number;
  /** Whether all of it is on this machine, verified. */
  cached: boolean;
  /** What `load_model` takes. */
  modelPath: string;
  /** Bytes that came over the network for this download; absent where it is not done. */
  receivedBytes?: number;
  /** As `repoId`. */
  repo_id: string;
  /** As `fileName`. */
  file_path: string;
}

/** A document that was scored. */
export interface RankedDocument {
  /** Its number in the request, from 0. */
  index: number;
  /** Its text; null where all the texts are too much for one frame: the `index` tells which it is. */
  document: string | null;
  /** The higher, the better: of a reranker a probability, 0 to 1, by its outputs; else a cosine. */
  score: number;
  /** What the reranker itself put out: a logit, or of several classes the first one's output. Absent with `cosine`. */
  raw_score?: number;
}

export interface RecipeView {
  /** Of the recipe. */
  recipe: string;
  /** What a model's `backend` would be. */
  backend: string;
  /** What computes. */
  acceleration: string;
  /** The files that it is for. */
  file_format: string;
  /** The recipe for people. */
  description: string;
  /** What the machine needs. */
  hardware_required: string;
  /** The systems that it is for. */
  os_support: string[];
  /** Whether this program runs such models on this machine; null where that is not known yet. */
  available: boolean | null;
  /** Why `available` is false or null, and what to take instead; absent where it is true. */
  reason?: string;
}

export interface Recommendation {
  /** Its number in the request, from 0. */
  index: number;
  /** Its text; null where all the texts are too much for one frame. */
  item: string | null;
  /** The cosine of the two vectors, −1 to 1. */
  score: number;
}

export interface RecommendedModelsPayload {
  /** The largest file that is recommended, in gigabytes (2^30 bytes) with one decimal. */
  max_model_size_gb: string;
  /** The same in megabytes. */
  max_model_size_mb: number;
  /** The same for GPU and CPU alone. */
  recommendations: ModelSizeLimits;
  /** By size: `tiny`, `small`, `medium`, `large`, `xlarge`; a text for a person each. */
  suggested_models: SuggestedSizes;
  /** What decided it, for a person. */
  hardware_summary: HardwareSummary;
  /** Megabytes of the machine's memory that are free. */
  available_ram_mb: number;
  /** Megabytes that are free of the memory of all GPUs that models can run on; null where these are not known. */
  available_vram_mb: number | null;
  /** 70 % of that. */
  safe_ram_mb: number;
  /** 70 % of that; null where that is. */
  safe_vram_mb: number | null;
  /** Why it is not known on which GPUs models can run. */
  vram_reason?: string;
  /** Parameters of models that should run, the largest first, such as `7B`. */
  recommended_sizes: string[];
  /** The answer for a person. */
  recommendation: string;
  /** What is still being found out, as in `get_hardware_info`, and may change the answer. */
  pending: string[];
}

/** For a person. */
export interface HardwareSummary {
  ram: string;
  vram: string;
  tier: string;
}

/** Gigabytes (2^30 bytes) with one decimal. */
export interface ModelSizeLimits {
  /** 80 % of the memory of all GPUs that models can run on; null where these are not known. */
  max_gpu_model_gb: string | null;
  /** Half of the machine's memory that is free. */
  max_cpu_model_gb: string;
}

/** What became of a damaged file. It was kept, and what could be read of it is in the one that took its place. */
export interface RecoveryView {
  /** Milliseconds since 1970. */
  at: number;
  /** What was wrong with it. */
  reason: string;
  /** The name of the damaged file, in the same folder. */
  kept_as: string;
  /** How many were saved, of all owners. */
  conversations: number;
  /** How many were saved. */
  messages: number;
  /** How many texts of these have lost their ends. */
  cut_texts: number;
  /** How many pieces (a message, a conversation, 65,000 bytes of a long text) began and could not be read. */
  lost_pieces: number;
  /** How many pages of 8 KiB were not what was written; what was on them, nobody can count. */
  damaged_pages: number;
  /**
   * How many pieces of the journal, of what was stored last, were not what was written. What could be read of them was saved in its latest
   * version, or else in an earlier one.
   */
  broken_batches: number;
}

/** A record that cannot be kept. */
export interface RefusedRecordView {
  /** As it was given, perhaps shortened. */
  id: string;
  /** Why, for programs. */
  code: "invalid_json" | "invalid_request" | "invalid_settings" | "unknown_action" | "too_many_requests" | "rate_limited" | "frame_boundary_lost" | "response_too_large" | "model_not_found" | "model_unreadable" | "model_unsupported" | "model_in_use" | "unsupported_modality" | "no_model_loaded" | "model_not_loaded" | "repository_not_found" | "revision_not_found" | "file_not_found" | "quant_not_found" | "split_incomplete" | "gated_login" | "gated_accept" | "token_invalid" | "hub_rate_limited" | "offline" | "network_failed" | "hub_failed" | "disk_full" | "hash_mismatch" | "upstream_changed" | "cache_unusable" | "not_cached" | "download_not_found" | "download_paused" | "download_cancelled" | "stream_not_found" | "stream_gap" | "stream_taken" | "database_busy" | "database_too_new" | "database_unusable" | "conversation_not_found" | "id_taken" | "quota_exceeded" | "page_not_found" | "constraint_invalid" | "session_not_found" | "session_busy" | "context_full" | "insufficient_memory" | "template_unsupported" | "hardware_unknown" | "engine_failed" | "engine_crashed" | "grant_required" | "command_not_allowed" | "command_timed_out" | "command_failed" | "lm_studio_not_installed" | "lm_studio_not_bootstrapped" | "lm_studio_failed" | "local_only" | "broker_lost" | "broker_unavailable" | "upgrade_required" | "cancelled" | "internal";
  /** Why, for a person. */
  reason: string;
}

/** A model, under the names of both generations of the original host. */
export interface RegisteredModelView {
  /** owner/name. */
  repo: string;
  /** `gguf_regular`, `bitnet_1.58`, or what the list has. */
  type: string;
  /** What it is good for. */
  description?: string;
  /** Of the default quant, in 10^9 bytes. */
  size_gb: number;
  /** Tokens that it was trained to see at once. */
  context_length?: number;
  /** Whether it is shown to somebody who has no model yet. */
  recommended: boolean;
  /** The quants that are suggested; a repository has more. */
  variants: string[];
  /** Its name, such as `apache-2.0`. */
  license?: string;
  /** What `pull_model` and `load_model` take. */
  checkpoint: string;
  /** How it is run. */
  recipe: "llama-cpu" | "bitnet-cpu";
  /** Whether the user added it. */
  is_user_model: boolean;
  /** Whether all of it is on this machine. */
  downloaded: boolean;
}

/** A piece of an item. */
export interface ResponseDeltaPayload {
  /** Text to append: to the message, to what the model thinks, or to the arguments of the last call, as the event's type says. */
  delta: string;
  /** What `resume_stream` and `stop_generation` take. */
  streamId: string;
  /** Number of the event in its stream, from 1. */
  seq: number;
}

/** A call of a tool that begins. */
export interface ResponseItemPayload {
  /** The call, still without arguments. */
  item: BegunCall;
  /** What `resume_stream` and `stop_generation` take. */
  streamId: string;
  /** Number of the event in its stream, from 1. */
  seq: number;
}

/** A call of a tool. */
export interface BegunCall {
  /** Always the same. */
  type: "function_call";
  /** Names the call. */
  call_id: string;
  /** The tool's name. */
  name: string;
}

/** A whole answer in the shape of OpenAI's responses. */
export interface ResponsePayload {
  /** Of the answer. */
  id: string;
  /** Always the same. */
  object: "response";
  /** When it was asked for, in seconds since 1970. */
  created_at: number;
  /** Incomplete where a limit ended it, or somebody stopped it. */
  status: "completed" | "incomplete";
  /** What the model is called. */
  model: string;
  /** Its items: what the model thought, what it says, the tools that it calls; those that are not there are left out. */
  output: ResponseItem[];
  /** The text alone; absent where it is long, and stands in the items only. */
  output_text?: string;
  /** Tokens. */
  usage: ResponseUsage;
  /** The stream's name, as in its events; absent where it was stopped before there was one. */
  streamId?: string;
  /** True where the text is cut to fit the frame; the deltas had all of it. */
  output_truncated?: boolean;
}

/** An item of an answer; it can be sent back as it is. */
export interface ResponseItem {
  /** Which of the fields are there. */
  type: "reasoning" | "message" | "function_call";
  /** Message: always the same. */
  role?: "assistant";
  /** Message, reasoning: its text, one part. */
  content?: ResponsePart[];
  /** Function call: names the call; its output is sent back under it. */
  call_id?: string;
  /** Function call: the tool's name. */
  name?: string;
  /** Function call: JSON of an object, as the model wrote it. */
  arguments?: string;
  /** Function call: true where the arguments do not fit the frame, and are left out; the deltas had them. */
  arguments_truncated?: boolean;
}

/** A part of an item. */
export interface ResponsePart {
  /** What it is. */
  type: "output_text" | "reasoning_text";
  /** Its text. */
  text: string;
}

/** Tokens that an answer took. */
export interface ResponseUsage {
  /** Of the prompt. */
  input_tokens: number;
  /** Generated. */
  output_tokens: number;
  /** Both. */
  total_tokens: number;
}

export interface ResumedDownloadPayload {
  /** As it is now. */
  download: DownloadView;
  /** False where it ran already, or is done. */
  resumed: boolean;
}

export interface ScannedRepoPayload {
  /** owner/name. */
  repoId: string;
  /** Which state of the repository this is. */
  commit: string;
  /** How access is given where its terms have to be accepted; absent where they need not, or that is not known. */
  gated?: "auto" | "manual";
  /** As its card names it; absent where it names none, or that is not known. */
  license?: string;
  /** What there is to run. */
  quants: VariantView[];
  /** Files that belong to models of it, such as image projectors. */
  otherFiles: string[];
  /** What else it has that no engine here runs. */
  otherFormats: string[];
  /** Why there is nothing to run; absent where there is. */
  reason?: string;
  /** Whether this is what the hub said the last time, because it could not be asked. */
  offline: boolean;
}

/** A document that was compared. */
export interface ScoredDocument {
  /** Its number in the request, from 0. */
  index: number;
  /** Its text; null where all the texts are too much for one frame: the `index` tells which it is. */
  document: string | null;
  /** The higher, the better. */
  score: number;
}

/** Sessions. */
export interface SessionListPayload {
  /** The oldest first. */
  sessions: SessionView[];
}

/** A session. */
export interface SessionView {
  /** What other requests name it by. */
  sessionId: string;
  /** What its model is called. */
  model: string;
  /** What happens where it is larger than the model's context. */
  overflow: "stop" | "drop_oldest" | "shift";
  /** How many it holds. */
  messages: number;
  /** When it was created, in seconds since 1970. */
  created_at: number;
  /** Tokens of its prompt as the model reads it; absent where the answer is about several sessions, or it is empty. */
  tokens?: number;
  /** Tokens that the model's context holds; absent as the tokens are. */
  contextTokens?: number;
  /** Those of its prompt that need not be computed when it goes on; only where they were just computed. */
  cachedTokens?: number;
}

/** Megabytes of 2^20 bytes, rounded up. */
export interface SizeEstimate {
  /** Of both memories together: weights, context and all that is computed with. */
  total_size_mb: number;
  /** Of the GPUs' memory, as it would be loaded. */
  vram_required_mb: number;
  /** Of the machine's memory. */
  ram_required_mb: number;
  /** Its layers; null where they are not known. */
  layer_count: number | null;
  /** Weights and context of a layer, on average, with one decimal; null where the layers are not known. */
  mb_per_layer: number | null;
}

export interface SplitPayload {
  /** Layers for the GPU. */
  gpu_layers: number;
  /** Layers for the CPU. */
  cpu_layers: number;
  /** Bytes that the GPU's layers take. */
  estimated_vram: number;
  /** Bytes that the CPU's layers take. */
  estimated_ram: number;
  /** `fast` from 90 % of the layers on the GPU, `medium` from 50 %, else `slow`. */
  performance_tier: string;
  /** Why so, for a person. */
  reason: string;
  /** The GPU, as `get_hardware_info` numbers them; null for none. */
  gpu_index: number | null;
  /** What is still being found out, as in `get_hardware_info`, and may change the answer. */
  pending: string[];
}

export interface StoppedDownloadPayload {
  /** As it is now. */
  download: DownloadView;
  /** False where it goes on, because others asked for it, too, or had stopped already. */
  stopped: boolean;
}

export interface StreamListPayload {
  /** Of this caller, in order of their start. */
  streams: StreamView[];
}

/** A stream that can be resumed. */
export interface StreamView {
  /** What `resume_stream` and `stop_generation` take. */
  streamId: string;
  /** The request that began it, where it had an id. */
  requestId?: RequestId;
  /** What the model is called. */
  modelPath: string;
  /** How far it is. */
  state: "queued" | "running" | "finished" | "failed";
  /** Its place in the queue, 1 for the one that is next; absent where it does not wait. */
  position?: number;
  /** Whether a port gets its events now. */
  isAttached: boolean;
  /** Number of its last event. */
  lastSeq: number;
  /** Tokens of the answer so far. */
  numTokens: number;
  /** Since its first token; absent before there are two. */
  tokensPerSecond?: number;
  /** Seconds since 1970. */
  startedAt: number;
  /** When it ends and is forgotten, in seconds since 1970; absent while a port gets its events. */
  expires?: number;
}

/** A model that a person may want, as the list of suggestions tells it. */
export interface SuggestedModel {
  /** Unique in the list; letters, digits, dots and dashes. */
  id: string;
  /** For people. */
  name: string;
  /** owner/name. */
  repo_id: string;
  /** A file of the repository; absent where `default_quant` chooses. */
  file_path?: string;
  /** Such as gguf, bitnet or embedding. */
  model_type: string;
  /** Of the default quant, in 10^9 bytes. */
  size_gb: number;
  /** Words to find it by. */
  tags: string[];
  /** Whether it is shown to somebody who has no model yet. */
  suggested: boolean;
  /** Whether all of it is on this machine. */
  downloaded: boolean;
  /** What it is good for. */
  description?: string;
  /** The quant that is taken where none is named. */
  default_quant?: string;
  /** `builtin`, or `user` where the user added it. */
  source?: string;
  /** Whether its repository is gated. */
  requires_token?: boolean;
  /** Tokens that it was trained to see at once. */
  context_length?: number;
  /** Its name, such as `apache-2.0`. */
  license?: string;
}

/** A model that a person may want, as the list of suggestions tells it. */
export interface SuggestedModelInput {
  /** Unique in the list; letters, digits, dots and dashes. */
  id: string;
  /** For people. */
  name: string;
  /** owner/name. */
  repo_id: string;
  /** A file of the repository; absent where `default_quant` chooses. */
  file_path?: string;
  /** Such as gguf, bitnet or embedding. */
  model_type: string;
  /** Of the default quant, in 10^9 bytes. */
  size_gb: number;
  /** Words to find it by. */
  tags?: string[];
  /** Whether it is shown to somebody who has no model yet. Default: false. */
  suggested?: boolean;
  /** Whether all of it is on this machine. Default: false. */
  downloaded?: boolean;
  /** What it is good for. */
  description?: string;
  /** The quant that is taken where none is named. */
  default_quant?: string;
  /** `builtin`, or `user` where the user added it. */
  source?: string;
  /** Whether its repository is gated. */
  requires_token?: boolean;
  /** Tokens that it was trained to see at once. */
  context_length?: number;
  /** Its name, such as `apache-2.0`. */
  license?: string;
}

/** A text for a person on each size of model: ✅ with an example where it is recommended, else ❌. */
export interface SuggestedSizes {
  tiny: string;
  small: string;
  medium: string;
  large: string;
  xlarge: string;
}

/** What a device says of a conversation. What it does not name stays as it is; of each field the last write counts. */
export interface SyncConversationInput {
  /**
   * Whose conversations are meant: an owner as `storage_report` names it, or `*` for everybody's. Those of others need the grant
   * `all_conversations`. The caller's own where it is absent.
   */
  origin?: string;
  /** The conversation. The host also takes it as conversationId, chat_id, chatId, id. */
  conversation_id?: string;
  /** At most 2,000 characters. */
  title?: string;
  /** A word to find it by, at most 500 characters; empty takes it away. */
  topic?: string;
  /** Another such word. */
  domain?: string;
  /** Whether it has a star. One with a star is not deleted for its age. The host also takes it as isStarred. */
  is_starred?: boolean;
  /** Settings of this conversation, which the host keeps and gives back: an object of at most 16 KiB; null takes them away. */
  settings?: unknown;
  /** What the client wants to keep with it: an object of at most 16 KiB; null takes it away. */
  metadata?: unknown;
  /** Whose it is, where an extension has several users; kept as `user_id` of the metadata. The host also takes it as userId. */
  user_id?: string;
  /**
   * When the device wrote it: milliseconds since 1970, or a text of ISO 8601. Now where it is absent. The host also takes it as updatedAt.
   */
  updated_at?: unknown;
  /** When it was begun. The host also takes it as createdAt. */
  created_at?: unknown;
  /** The message whose branch is shown. */
  head_id?: string;
  /** All of it that was written up to `updated_at` is deleted, its messages too. Default: false. */
  deleted?: boolean;
  /** All that was written of it up to this time was deleted, though it has come to life again since: as `sync_pull` tells it. */
  deleted_up_to?: unknown;
}

/** What is told of a conversation to a device. A deleted one has its id, its time and `deleted` only. */
export interface SyncConversationView {
  /** Its name among those of its owner. */
  id: string;
  /** Whose it is, where the extension has several users. */
  user_id?: string;
  /** Absent for none. */
  title?: string;
  /** A word to find it by. */
  topic?: string;
  /** Another such word. */
  domain?: string;
  /** Whether it has a star. */
  is_starred?: boolean;
  /** Milliseconds since 1970. */
  created_at?: number;
  /** When it was written last, in milliseconds since 1970. */
  updated_at: number;
  /** What the client keeps with it. */
  metadata?: unknown;
  /** Settings of this conversation. */
  settings?: unknown;
  /** The message whose branch is shown. */
  head_id?: string;
  /** True where it was deleted; absent elsewhere. */
  deleted?: boolean;
  /** All of it that was written up to this time was deleted, though it has come to life again since: milliseconds since 1970. */
  deleted_up_to?: number;
}

/** What became of the records of a kind. */
export interface SyncCounts {
  /** They changed something: created and updated. */
  synced: number;
  /** They were not there before. */
  created: number;
  /** They changed, or were deleted. */
  updated: number;
  /** What they say was known, or something later was. */
  skipped: number;
  /** They cannot be kept. */
  refused: number;
  /** Of messages: they are kept until their conversation comes. */
  waiting?: number;
  /** All. */
  total: number;
}

/** What a device says of a message. What it does not name stays as it is; of each field the last write counts. */
export interface SyncMessageInput {
  /** Its name, at most 256 bytes; one is made where it is absent. The host also takes it as messageId, id. */
  message_id?: string;
  /** Whose it is: `user`, `assistant`, `system`, or another word of the client's. The host also takes it as sender. */
  role?: string;
  /** Its text, at most 32 MiB; or as OpenAI has it a list of parts, which all have to be text. The host also takes it as text_content. */
  content?: string;
  /** What the model thought before it answered. */
  reasoning?: string;
  /**
   * The message that it follows; empty for none. The one before it where it is absent: that of the list, or the last one of the branch that
   * is shown. The host also takes it as parentId.
   */
  parent_id?: string;
  /**
   * When it was written: milliseconds since 1970, or a text of ISO 8601. Now where it is absent. The host also takes it as createdAt,
   * timestamp.
   */
  created_at?: unknown;
  /** The model that wrote it. */
  model?: string;
  /** Settings that it was generated with: an object of at most 16 KiB. */
  settings?: unknown;
  /** Tokens that the model read. */
  prompt_tokens?: number;
  /** Tokens that the model wrote. */
  output_tokens?: number;
  /** How long what took: an object. */
  timings?: unknown;
  /** Why the model ended. */
  stop_reason?: string;
  /** What is known of files that belong to it: a list of at most 16 KiB. The files are not kept. */
  attachments?: unknown;
  /** What the client wants to keep with it: an object of at most 16 KiB. */
  metadata?: unknown;
  /** The conversation that it is in, which may come later. The host also takes it as conversationId, chat_id. */
  conversation_id?: string;
  /**
   * When the device wrote it: milliseconds since 1970, or a text of ISO 8601. `created_at` where it is absent, and else now. The host also
   * takes it as updatedAt.
   */
  updated_at?: unknown;
  /** How far it is. */
  status?: "complete" | "streaming" | "interrupted" | "failed";
  /** What was written of it up to `updated_at` is deleted. Default: false. */
  deleted?: boolean;
}

/** What is told of a message to a device. A deleted one has its ids, its place, its times and `deleted` only. */
export interface SyncMessageView {
  /** Its name among those of its owner. */
  id: string;
  /** The conversation that it is in. */
  conversation_id: string;
  /** The message that it follows; empty for none, absent where nobody said. */
  parent_id?: string;
  /** Whose it is. */
  role?: string;
  /** Its text, or the beginning of it: see `content_bytes`. */
  content?: string;
  /**
   * Bytes of the whole text in UTF-8, where only its beginning is here; `get_message` has the rest. Do not push such a text. Absent where
   * it is whole.
   */
  content_bytes?: number;
  /** What the model thought before it answered, or its beginning. */
  reasoning?: string;
  /** As `content_bytes`. */
  reasoning_bytes?: number;
  /** How far it is. */
  status?: "complete" | "streaming" | "interrupted" | "failed";
  /** Milliseconds since 1970. */
  created_at?: number;
  /** When it was written last, in milliseconds since 1970. */
  updated_at: number;
  /** The model that wrote it. */
  model?: string;
  /** Settings that it was generated with. */
  settings?: unknown;
  /** Tokens that the model read. */
  prompt_tokens?: number;
  /** Tokens that the model wrote. */
  output_tokens?: number;
  /** How long what took. */
  timings?: unknown;
  /** Why the model ended. */
  stop_reason?: string;
  /** What is known of files that belong to it. */
  attachments?: unknown;
  /** What the client keeps with it. */
  metadata?: unknown;
  /** True where it was deleted; absent elsewhere. */
  deleted?: boolean;
}

export interface SyncPullCounts {
  /** Records of conversations. */
  conversations: number;
  /** Records of messages. */
  messages: number;
}

/** The machine's devices by kind and maker, each with the engines that could run on it. */
export interface SystemDevices {
  cpu: SystemCpu;
  /** NVIDIA's cards. */
  nvidia_dgpu: SystemGpu[];
  /** AMD's cards. */
  amd_dgpu: SystemGpu[];
  /** AMD's GPUs inside of processors. */
  amd_igpu: SystemGpu[];
  /** Intel's GPUs, cards or inside of processors. */
  intel_gpu: SystemGpu[];
  /** Apple's GPUs. */
  apple_gpu: SystemGpu[];
  /** GPUs whose maker is none of those. */
  other_gpu: SystemGpu[];
  /** The first processor for neural networks. */
  npu: SystemNpu;
}

export interface SystemCpu {
  /** The maker's; null where the system does not tell. */
  name: string | null;
  /** Always true. */
  available: boolean;
  /** Cores that are on; null where the system does not tell. */
  cores: number | null;
  /** Hardware threads that are on; null where the system does not tell. */
  threads: number | null;
  /** The highest clock in MHz; null where the system does not tell. */
  max_clock_speed_mhz: number | null;
  /** Why that is null. */
  clock_reason?: string;
  /** By name, such as `llamacpp-cpu`. */
  inference_engines: Record<string, InferenceEngine>;
}

/** Whether an engine of the names that clients know runs on a device. */
export interface InferenceEngine {
  /** Whether models can run there; null while that is being found out. */
  available: boolean | null;
  /** What such models call their engine. */
  backend: string;
  /** The engine's. */
  version?: string;
  /** Gigabytes (2^30 bytes) of the device's memory, with one decimal. */
  vram_gb?: number;
  /** Why models cannot run there, or why that is not known. */
  error?: string;
}

export interface SystemGpu {
  /** The maker's. */
  name: string;
  /** Always true: a GPU that is not there is not listed. Whether models run on it, its engines say. */
  available: boolean;
  /** Gigabytes (2^30 bytes) of its memory, with one decimal; null where it does not tell. */
  vram_gb: number | null;
  /** Why that is null. */
  vram_reason?: string;
  /** Null where the system does not tell. */
  driver_version: string | null;
  /** By name, such as `llamacpp-vulkan`. */
  inference_engines: Record<string, InferenceEngine>;
}

export interface SystemNpu {
  /** Null where there is none. */
  name: string | null;
  /** Whether there is one; null while that is being found out. */
  available: boolean | null;
  /** Why that is not known. */
  reason?: string;
  /** Null where it has no driver of its own, or the system does not tell. */
  driver_version: string | null;
  /** Always null. */
  power_mode: string | null;
  /** Why that is so, where there is an NPU. */
  power_mode_reason?: string;
  /** By name. */
  inference_engines: Record<string, InferenceEngine>;
}

/** The machine's resources, in bytes. Null where they are not known. */
export interface SystemResourcesPayload {
  /** The first GPU; null where there is none. */
  gpu: GpuResources | null;
  /** Why it is not known whether there is one. */
  gpu_reason?: string;
  /** All of them. */
  gpus: GpuResources[];
  cpu: CpuResources;
  /** What the system manages. */
  total_ram: number | null;
  /** What the host can still use before the machine swaps; a container's limit counts where it is lower. */
  available_ram: number | null;
  /** What is used of the total and cannot be freed at once, by whoever. */
  used_ram: number | null;
  /** What the host and those in its container may use together; null where nothing bounds them. */
  container_limit: number | null;
  /** Why the figures of memory are null. */
  ram_reason?: string;
  /** Percent of the time of all processors that was worked since somebody asked before, 0 to 100. */
  cpu_usage: number | null;
  /** Why that is null. */
  cpu_usage_reason?: string;
  /** Of the folders that the host writes to, in megabytes of 2^20 bytes. */
  disks: DiskView[];
  /** What is still being found out, as in `get_hardware_info`. Ask again for it. */
  pending: string[];
}

export interface CpuResources {
  /** The maker's generation, such as `AmdZen3`; `Unknown` for one without a name here. */
  architecture: string;
  /** The maker's name; null where the system does not tell. */
  model_name: string | null;
  /** Cores that are on; null where the system does not tell. */
  cores: number | null;
  /** Hardware threads that are on; null where the system does not tell. */
  threads: number | null;
  /** Why a field is null. */
  reason?: string;
}

/** A GPU, in bytes. Null where it does not tell. */
export interface GpuResources {
  /** Whether models can run on it; null while that is being found out. */
  available: boolean | null;
  name: string;
  /** Of its own memory; where it shares the machine's, what the engine may use of that. */
  total_vram: number | null;
  /** What of it nobody uses. */
  available_vram: number | null;
  /** What of it somebody uses. */
  used_vram: number | null;
  /** Why a figure is null. */
  vram_reason?: string;
  /** `Nvidia`, `Amd`, `Intel`, `Apple` or `Unknown`. */
  vendor: string;
}

/** How large a prompt is. */
export interface TokenCountPayload {
  /** Of the prompt. */
  tokens: number;
  /** That the model's context holds. */
  contextTokens: number;
  /** That are left for an answer; 0 where the prompt does not fit. */
  freeTokens: number;
}

/** How likely a token was, and which others were likely. */
export interface TokenLogProb {
  /** Its text; empty for a control token, and with U+FFFD where it is a part of a character. */
  token: string;
  /** The natural logarithm of its probability, before temperature and all else; -9999 for none. */
  logprob: number;
  /** Its bytes. */
  bytes: number[];
  /** The likeliest tokens, the likeliest first; as many as were asked for. */
  top_logprobs: LikelyToken[];
}

/** A token that was likely. */
export interface LikelyToken {
  /** Its text. */
  token: string;
  /** The natural logarithm of its probability. */
  logprob: number;
  /** Its bytes. */
  bytes: number[];
}

/** How likely a token was. */
export interface TokenLogProbsPayload {
  /** Of the next token. */
  logprobs: TokenLogProb;
  /** What `resume_stream` and `stop_generation` take. */
  streamId: string;
  /** Number of the event in its stream, from 1. */
  seq: number;
}

/** A call of a tool. */
export interface ToolCallField {
  /** Names the call among those of its conversation. */
  id?: string;
  /** Always the same. */
  type?: "function";
  /** What is called. */
  function?: CalledFunction;
}

/** What a tool call calls. */
export interface CalledFunction {
  /** The tool's name. */
  name: string;
  /** The arguments: an object, or its JSON as a text. The answer has a text, as the model wrote it. */
  arguments?: unknown;
}

/** A step of a tool call: the first of a call has its id and name, all have a piece of its arguments. */
export interface ToolCallUpdatePayload {
  /** Which call of the answer, from 0. */
  index: number;
  /** Of the call; in its first event alone. */
  id?: string;
  /** The tool's; in the call's first event alone. */
  name?: string;
  /** Text to append to the JSON of the arguments. */
  arguments: string;
  /** Tokens of the answer so far. */
  numTokens: number;
  /** What `resume_stream` and `stop_generation` take. */
  streamId: string;
  /** Number of the event in its stream, from 1. */
  seq: number;
}

/** A tool that the model may call. */
export interface ToolField {
  /** Always the same. */
  type?: "function";
  /** What it is; or the next three say it, as in OpenAI's responses. */
  function?: FunctionField;
  /** Its name, where there is no `function`. */
  name?: string;
  /** What it does, where there is no `function`. */
  description?: string;
  /** The JSON Schema of its arguments, where there is no `function`. */
  parameters?: unknown;
}

/** What a tool is. */
export interface FunctionField {
  /** Letters, digits, `_`, `-` and `.`, 1 to 64 of them; no two tools have the same. */
  name: string;
  /** What it does and when it is of use, in words for the model. */
  description?: string;
  /** The JSON Schema of its arguments, an object's; absent for any object. */
  parameters?: unknown;
}

export interface TypedModelListPayload {
  /** As asked. */
  modelType: string;
  /** Those of the type. */
  models: SuggestedModel[];
}

export interface UnloadedAllPayload {
  /** The models that the caller had, and has no more. */
  unloadedModels: string[];
  /** Their number. */
  count: number;
  /** How many of the caller's models stay. */
  loadedCount: number;
  /** Those that stay, because a generation of the caller runs on them. */
  inUse: string[];
  /** Bytes of the machine's memory that were freed: not those of models that other callers hold. */
  ramFreed: number;
  /** The same of the GPU's memory. */
  vramFreed: number;
}

export interface UnloadedPayload {
  /** What the model is called; absent where none was named, and none is active. */
  modelPath?: string;
  /** Whether the caller had it. */
  wasLoaded: boolean;
  /** Whether its memory was freed: not while another caller holds it. */
  freed: boolean;
}

/** A quant of a repository. */
export interface VariantView {
  /** Such as `Q4_K_M`; `unknown` where no name tells. */
  label: string;
  /** Its name in this repository. */
  model: string;
  /** What `pull_model` and `load_model` take. */
  address: string;
  /** For each weight, about; absent for a label that is not known. */
  bits?: number;
  /** In the order in which they are loaded. */
  files: VariantFileView[];
  /** How many files it is split into. */
  shards: number;
  /** Bytes of all its files. */
  totalBytes: number;
  /** Bytes that are on this machine. */
  cachedBytes: number;
  /** Whether none, a part or all of it is on this machine; `incomplete` where the repository lacks files of it. */
  status: "available" | "partial" | "cached" | "incomplete";
  /** About what it takes of memory, with a context of 8,192 tokens. */
  memoryBytes: number;
  /** Whether that is free at the moment. */
  fits: boolean;
  /** The file that lets it see images; absent for none. */
  projector?: string;
  /** Why it cannot be loaded; absent where it can. */
  problem?: string;
}

export interface VariantFileView {
  /** In the repository. */
  fileName: string;
  /** Bytes. */
  size: number;
  /** In hexadecimal digits; absent where the hub names the content otherwise. */
  sha256?: string;
}

export interface VerifiedPayload {
  /** owner/name. */
  repoId: string;
  /** What was read, each with how it is. */
  files: VerifiedFileView[];
  /** How many are what they should be. */
  good: number;
  /** How many are not what they should be; they were put aside, and the next pull fetches them. */
  bad: number;
}

export interface VerifiedFileView {
  /** In the repository. */
  fileName: string;
  /** Absent where it belongs to none. */
  commit?: string;
  /** `changing` where another program writes it, `unknown` where nothing says what it should be. */
  state: "good" | "bad" | "changing" | "unknown" | "missing";
}

export interface VerifyProgressPayload {
  /** owner/name. */
  repoId: string;
  /** Bytes that were read. */
  loaded: number;
  /** Bytes that are to be read. */
  total: number;
  /** Percent, 0 to 100. */
  progress: number;
}

/** The memory of all GPUs that have their own, in megabytes of 2^20 bytes. */
export interface VramView {
  /** 0 where there is no such GPU. */
  total_vram_mb: number | null;
  /** What of it nobody uses. */
  free_vram_mb: number | null;
  /** `low` below 4,096, `medium` below 8,192, `high` below 16,384, else `very_high`; null where the total is. */
  vram_tier: string | null;
  /** Of those GPUs that models can run on; null where it is not known which these are. */
  usable_vram_mb: number | null;
  /** What GPUs without their own may use of the machine's memory; null where that is not known. */
  shared_vram_mb: number | null;
  /** Why a figure is null. */
  vram_reason?: string;
  /** Milliseconds since the free memory was read; it is read anew after five seconds, when somebody asks. */
  age_ms?: number;
}
