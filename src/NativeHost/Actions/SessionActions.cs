using NativeHost.Actions.Generation;
using NativeHost.Actions.Models;
using NativeHost.Actions.Sessions;
using NativeHost.Routing;
using NativeHost.Sessions;

namespace NativeHost.Actions;

/// <summary>The actions about sessions, and about how large prompts are, one entry each.</summary>
internal static class SessionActions
{
    public static IReadOnlyList<Route> Of(
        ModelShelf shelf, CallerStates callers, ModelAddresses addresses, ChatSessions sessions, RequestedGenerations generations, TimeProvider time)
    {
        var prefill = new SessionPrefill(generations);
        var count = new CountTokensHandler(shelf, callers, addresses, sessions);
        return
        [
            Route.To(
                "create_session",
                Lane.ModelUse,
                new CreateSessionHandler(shelf, callers, addresses, sessions, prefill, time),
                () => ActionsJson.Default.CreateSessionRequest,
                () => ActionsJson.Default.ReplySessionView,
                stoppable: Stoppable.Always,
                events: [ActionEvents.LoadingProgress, ActionEvents.GenerationQueued, ActionEvents.GenerationUpdate, ActionEvents.ContextOverflow]),
            Route.To(
                "append_session",
                Lane.ModelUse,
                new AppendSessionHandler(shelf, sessions, prefill),
                () => ActionsJson.Default.AppendSessionRequest,
                () => ActionsJson.Default.ReplySessionView,
                stoppable: Stoppable.Always,
                events: [ActionEvents.LoadingProgress, ActionEvents.GenerationQueued, ActionEvents.GenerationUpdate, ActionEvents.ContextOverflow]),
            Route.To(
                "clone_session",
                Lane.Quick,
                new CloneSessionHandler(sessions, time),
                () => ActionsJson.Default.CloneSessionRequest,
                () => ActionsJson.Default.ReplySessionView),
            Route.To(
                "rewind_session",
                Lane.Quick,
                new RewindSessionHandler(sessions),
                () => ActionsJson.Default.RewindSessionRequest,
                () => ActionsJson.Default.ReplySessionView),
            Route.To(
                "close_session",
                Lane.Quick,
                new CloseSessionHandler(sessions),
                () => ActionsJson.Default.CloseSessionRequest,
                () => ActionsJson.Default.ReplySessionView),
            Route.To(
                "list_sessions",
                Lane.Quick,
                new ListSessionsHandler(sessions),
                () => ActionsJson.Default.ListSessionsRequest,
                () => ActionsJson.Default.ReplySessionListPayload),
            Counting("count_tokens"),
            Counting("measure_context"),
        ];

        Route Counting(string action) => Route.To(
            action,
            Lane.ModelUse,
            count,
            () => ActionsJson.Default.CountTokensRequest,
            () => ActionsJson.Default.ReplyTokenCountPayload,
            events: [ActionEvents.LoadingProgress]);
    }
}
