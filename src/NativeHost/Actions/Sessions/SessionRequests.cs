using System.Text.Json.Serialization;
using NativeHost.Messages;
using NativeHost.Sessions;

namespace NativeHost.Actions.Sessions;

/// <summary>Names a session.</summary>
internal abstract record SessionAddressed
{
    /// <summary>As <c>create_session</c> or <c>clone_session</c> answered it.</summary>
    [JsonPropertyName("session_id")]
    public string? SessionId { get; init; }

    [SynonymOf(nameof(SessionId))]
    [JsonPropertyName("sessionId")]
    public string? SessionIdCamel { get; init; }

    /// <exception cref="RequestException">There is none.</exception>
    internal string RequiredId => SessionRequests.IdOf(SessionId, SessionIdCamel) ?? throw RequestFields.Invalid("session_id", "name the session");
}

/// <summary>Reads what requests say of sessions.</summary>
internal static class SessionRequests
{
    /// <summary>The session that a request names; null for none.</summary>
    public static string? IdOf(string? id, string? idCamel) => RequestFields.FirstOf(id, idCamel);

    /// <exception cref="RequestException">It is no policy.</exception>
    public static OverflowPolicy PolicyOf(string? word, OverflowPolicy usual) => word?.ToLowerInvariant() switch
    {
        null => usual,
        "stop" => OverflowPolicy.Stop,
        "drop_oldest" => OverflowPolicy.DropOldest,
        "shift" => OverflowPolicy.Shift,
        _ => throw RequestFields.Invalid("overflow", "it is stop, drop_oldest or shift"),
    };
}

/// <summary>A session.</summary>
/// <param name="SessionId">What other requests name it by.</param>
/// <param name="Model">What its model is called.</param>
/// <param name="Overflow">What happens where it is larger than the model's context.</param>
/// <param name="Messages">How many it holds.</param>
/// <param name="CreatedAt">When it was created, in seconds since 1970.</param>
internal sealed record SessionView(
    string SessionId,
    string Model,
    [property: OneOf(typeof(OverflowPolicy))] string Overflow,
    int Messages,
    [property: JsonPropertyName("created_at")] long CreatedAt)
{
    /// <summary>Tokens of its prompt as the model reads it; absent where the answer is about several sessions, or it is empty.</summary>
    public int? Tokens { get; init; }

    /// <summary>Tokens that the model's context holds; absent as the tokens are.</summary>
    public int? ContextTokens { get; init; }

    /// <summary>Those of its prompt that need not be computed when it goes on; only where they were just computed.</summary>
    public int? CachedTokens { get; init; }

    public static SessionView Of(ChatSession session) => new(
        session.Id, session.Model, WireWord.Of(session.Overflow), session.Messages.Count, session.Created.ToUnixTimeSeconds());
}
