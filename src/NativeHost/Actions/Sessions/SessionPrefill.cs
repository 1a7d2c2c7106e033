using NativeHost.Actions.Generation;
using NativeHost.Actions.Models;
using NativeHost.Inference.Chat;
using NativeHost.Inference.Generation;
using NativeHost.Routing;
using NativeHost.Sessions;

namespace NativeHost.Actions.Sessions;

/// <summary>Takes messages into a session ahead of the question, and lets the model compute them.</summary>
internal sealed class SessionPrefill(RequestedGenerations generations)
{
    /// <param name="more">What is new; may be empty.</param>
    /// <param name="computes">Whether the prompt is computed now; else only counted.</param>
    /// <exception cref="Messages.RequestException">The session answers another request, or has no room for what is new.</exception>
    /// <exception cref="Inference.ContextFullException">It does not fit the context, and nothing is to be dropped.</exception>
    public async Task<SessionView> ViewAsync(
        ChatSession session, LoadedModel model, IReadOnlyList<ChatMessage> more, bool computes, Exchange exchange, CancellationToken cancellationToken)
    {
        int? cached = null;
        if (computes && session.Messages.Count + more.Count > 0)
        {
            var stream = generations.BeginIn(session, model, new GenerationRequest { Messages = more, IsPromptOnly = true }, session.Overflow, exchange);
            cached = (await stream.DeliverAsync(exchange, after: 0, UpdateEncoder.Encoding, cancellationToken)).Payload.PromptTokens;
        }
        else if (more.Count > 0)
        {
            session.Leave([.. session.Enter(), .. more]);
        }

        var view = SessionView.Of(session);
        return view.Messages == 0 ? view : view with
        {
            Tokens = await model.Host.CountTokensAsync(new GenerationRequest { Messages = session.Messages, Tools = session.Tools }, cancellationToken),
            ContextTokens = model.Host.ContextTokens,
            CachedTokens = cached,
        };
    }
}
