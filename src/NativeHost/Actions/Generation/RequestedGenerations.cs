using NativeHost.Actions.Generation.Requests;
using NativeHost.Actions.Models;
using NativeHost.Actions.Sessions;
using NativeHost.Actions.Streams;
using NativeHost.Inference.Generation;
using NativeHost.Inference.Sampling;
using NativeHost.Messages;
using NativeHost.Routing;
using NativeHost.Sessions;

namespace NativeHost.Actions.Generation;

/// <summary>Begins what a request asks to be generated.</summary>
internal sealed class RequestedGenerations(
    ModelShelf shelf, GenerationStreams streams, CallerStates callers, ModelAddresses addresses, GenerationChats chats, ChatSessions sessions)
{
    /// <summary>Brings the model, and begins the streams, to each of which the caller is attached: each has to be delivered.</summary>
    /// <param name="answers">How many answers to the one question, at least 1; more than one cannot be stored.</param>
    /// <exception cref="RequestException">The request is wrong, or the caller has too much under way.</exception>
    public async Task<BegunGenerations> BeginAsync(GenerateFields request, int answers, Exchange exchange, CancellationToken cancellationToken)
    {
        var state = callers.Of(exchange.Caller);
        var given = GivenSettings.Of([.. request.Rest ?? [], .. SettingsReader.Members(request.Settings, "settings")]);
        var session = SessionRequests.IdOf(request.SessionId, request.SessionIdCamel) is { } id ? sessions.Find(exchange.Caller, id) : null;
        var plan = chats.PlanOf(request, session, exchange.Caller);
        if (answers > 1 && (plan.Chat is not null || session is not null))
        {
            throw RequestFields.Invalid("n", "only one answer can be kept: leave out chat_id and session_id, or send store: false");
        }

        var policy = SessionRequests.PolicyOf(request.Overflow, session?.Overflow ?? OverflowPolicy.Stop);
        streams.CheckLimits(exchange.Caller);
        var path = session?.Model ?? ModelUse.NameOf(request.Address, state, addresses, shelf);
        try
        {
            var model = await ModelUse.BringAsync(shelf, path, exchange, cancellationToken);
            var settings = given.Over(state.SettingsOf(path));
            var generation = plan.Prompt with { Sampling = settings.EffectiveSampling, MaxNewTokens = settings.MaxNewTokens, StopTexts = settings.StopTexts };
            return new BegunGenerations(path, session is not null
                ? [BeginIn(session, model, generation, policy, exchange)]
                : Begin(model, generation, plan, settings, policy, answers, exchange));
        }
        catch (OperationCanceledException) when (exchange.Stopping.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            // Stopped while its model was on the way: an end that was asked for, as in the queue.
            var stopped = GenerationPayload.NotBegun(path);
            return new BegunGenerations(path, []) { NotBegun = stopped with { Payload = stopped.Payload.With(plan.NotBegun, plan.HistoryMessages) } };
        }
    }

    /// <summary>Begins an answer that a session remembers.</summary>
    /// <param name="generation">Its messages are the new ones.</param>
    /// <exception cref="RequestException">The session answers another request, or has no room for what is new.</exception>
    public GenerationStream BeginIn(ChatSession session, LoadedModel model, GenerationRequest generation, OverflowPolicy policy, Exchange exchange)
    {
        sessions.CheckRoom(session.Owner, generation.Messages);
        var said = session.Enter();
        try
        {
            var whole = generation with { Messages = [.. said, .. generation.Messages], Tools = generation.Tools.Count > 0 ? generation.Tools : session.Tools };
            if (whole.Messages.Count == 0)
            {
                throw RequestFields.Invalid("messages", "the session is empty: send at least one");
            }

            return streams.Start(model, whole, exchange, dialogue: new DialogueTurn(session, whole, policy));
        }
        catch
        {
            session.Leave(messages: null);
            throw;
        }
    }

    private List<GenerationStream> Begin(
        LoadedModel model, GenerationRequest generation, GenerationPlan plan, GenerationSettings settings, OverflowPolicy policy, int answers, Exchange exchange)
    {
        var begun = new List<GenerationStream>();
        try
        {
            for (var answer = 0; answer < answers; answer++)
            {
                var own = generation with { Sampling = Reseeded(generation.Sampling, answer) };
                var dialogue = policy == OverflowPolicy.Stop || own.Messages.Count == 0 ? null : new DialogueTurn(session: null, own, policy);
                begun.Add(streams.Start(model, own, exchange, plan.RecordOf(model.Path, settings), plan.HistoryMessages, dialogue: dialogue));
            }

            return begun;
        }
        catch
        {
            foreach (var stream in begun)
            {
                stream.Abandon();
            }

            throw;
        }
    }

    // The same seed would give the same answer each time.
    private static SamplingOptions Reseeded(SamplingOptions sampling, int answer)
        => answer > 0 && sampling.Seed is { } seed ? sampling with { Seed = unchecked(seed + answer) & int.MaxValue } : sampling;
}

/// <summary>The answers that a request gets.</summary>
/// <param name="Model">What the model is called.</param>
/// <param name="Streams">At least one, unless it was stopped before.</param>
internal sealed record BegunGenerations(string Model, IReadOnlyList<GenerationStream> Streams)
{
    /// <summary>The end of a request that was stopped before it began; null elsewhere.</summary>
    public Reply<GenerationPayload>? NotBegun { get; init; }
}
