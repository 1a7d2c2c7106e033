// What a client may write with the declarations, and what they keep it from writing.
import type { Action, AnswerTo, ErrorCode, EventOf, Events, RequestOf } from "./protocol";

declare function ask<A extends Action>(request: RequestOf<A>, hear?: (event: EventOf<A>) => void): Promise<AnswerTo<A>>;

async function tell(): Promise<string> {
  const loaded = await ask<"load_model">({ action: "load_model", requestId: 1, modelPath: "owner/repo:Q4_K_M", settings: { n_ctx: 4096, temperature: 0.2 } });
  if (loaded.status !== "success") {
    const code: ErrorCode = loaded.code;
    return loaded.instructions?.["step1"] ?? code;
  }

  const path: string | null = loaded.payload.modelPath;
  let text = "";
  const answer = await ask<"generate">({ action: "generate", messages: [{ role: "user", content: "Hello" }], max_new_tokens: 64 }, event => {
    if (event.type === "generationUpdate" && event.payload.phase === "decode") {
      text += event.payload.token;
    }
  });
  const ended = answer.status === "success" ? answer.payload.stopReason : answer.type;
  const left: Events["modelUnloaded"]["payload"]["reason"] = "idle";
  return `${path} ${text} ${ended} ${left}`;
}

// @ts-expect-error There is no such action.
void ask<"sing">({ action: "sing" });

// @ts-expect-error A stream has to be named.
void ask<"resume_stream">({ action: "resume_stream", after: 3 });

// @ts-expect-error A role is one of three words.
void ask<"generate">({ action: "generate", messages: [{ role: "narrator", content: "Once" }] });

// @ts-expect-error The temperature is a number.
void ask<"set_params">({ action: "set_params", params: { temperature: "hot" } });

// @ts-expect-error Nothing comes before a pong.
void ask<"ping">({ action: "ping" }, event => event.type);

void tell();
