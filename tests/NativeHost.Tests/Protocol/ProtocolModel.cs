using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using NativeHost.Actions;
using NativeHost.Actions.Generation;
using NativeHost.Actions.Generation.Completions;
using NativeHost.Actions.Generation.Responses;
using NativeHost.Actions.Models;
using NativeHost.Actions.Pages;
using NativeHost.Grants;
using NativeHost.Messages;
using NativeHost.Routing;

namespace NativeHost.Tests.Protocol;

/// <summary>The protocol as the code has it: what the documents, the schemas and the declarations are made of.</summary>
internal sealed class ProtocolModel
{
    private readonly Meanings _meanings = Meanings.OfMessages();
    private readonly WireShapes _shapes;

    /// <param name="routes">Every action that there is.</param>
    public ProtocolModel(IEnumerable<Route> routes)
    {
        _shapes = new WireShapes(_meanings);
        Head = _shapes.Of(typeof(RequestHead), Direction.ToHost);

        // A field that is absent is null in the record, but the host takes no null for one.
        Head.Fields = [.. Head.Fields.Select(known => known with { IsNullable = false })];
        Final = _shapes.Of(typeof(FinalHead), Direction.FromHost);
        Error = _shapes.Of(typeof(ErrorReply), Direction.FromHost);
        Settings = [.. new[] { typeof(GenerationSettingTable), typeof(LoadSettingTable) }.Select(_shapes.SettingsOf)];
        Events =
        [
            .. typeof(ActionEvents).GetProperties(BindingFlags.Public | BindingFlags.Static)
                .Select(property => (Property: property, Type: (EventType)property.GetValue(null)!))
                .OrderBy(declared => declared.Type.Name, StringComparer.Ordinal)
                .Select(declared => new WireEvent($"{declared.Property.Name}Event", declared.Type.Name, _meanings.Of(declared.Property), _shapes.Of(declared.Type.Payload, Direction.FromHost))),
        ];
        Actions = [.. routes.Select(ActionOf)];
        _shapes.NameApart();
    }

    /// <summary>What every request may have.</summary>
    public WireShape Head { get; }

    /// <summary>What every final frame may have.</summary>
    public WireShape Final { get; }

    /// <summary>The final frame about a request that failed.</summary>
    public WireShape Error { get; }

    /// <summary>What requests may set.</summary>
    public IReadOnlyList<WireShape> Settings { get; }

    /// <summary>By name.</summary>
    public IReadOnlyList<WireEvent> Events { get; }

    /// <summary>In the order of the routes.</summary>
    public IReadOnlyList<WireAction> Actions { get; }

    /// <summary>The codes of failures, in the code's order, with what each means.</summary>
    public IEnumerable<(string Code, string Meaning)> ErrorCodes
        => Enum.GetValues<ErrorCode>().Select(code => (JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString()), _meanings.Of(code)));

    /// <summary>What users may allow, with what each is needed for.</summary>
    public IEnumerable<(string Grant, string Meaning)> Grants => GrantKinds.All.Select(grant => (GrantKinds.NameOf(grant), _meanings.Of(grant)));

    public string MeaningOf(Lane lane) => _meanings.Of(lane);

    private WireAction ActionOf(Route route)
    {
        var messages = route.Messages;
        var isPayload = messages.Reply.IsGenericType;
        var common = Final.Fields.Select(field => field.Name).ToHashSet();
        return new WireAction(
            route.Action,
            messages.Request.Namespace!.Split('.')[^1],
            route.Lane,
            route.Stoppable,
            _shapes.Of(messages.Request, Direction.ToHost),
            new WireReply(isPayload ? null : messages.Reply.Name, [.. _shapes.Of(messages.Reply, Direction.FromHost).Fields.Where(field => !common.Contains(field.Name))]),
            messages.Types,
            [.. messages.Events.Select(type => Events.Single(known => known.Type == type.Name))],
            route.ErrorType);
    }
}

/// <summary>What <see cref="MessageHead"/> reads of every request.</summary>
internal sealed record RequestHead
{
    /// <summary>What is asked for, in any letter case.</summary>
    public required string Action { get; init; }

    /// <summary>A text of at most 128 bytes, or an integer; echoed on every frame about the request, and unique while it is open.</summary>
    public RequestId? RequestId { get; init; }

    [SynonymOf(nameof(RequestId))]
    [JsonPropertyName("request_id")]
    public RequestId? RequestIdSnake { get; init; }

    [SynonymOf(nameof(RequestId))]
    public RequestId? Id { get; init; }

    /// <summary>
    /// A secret text of 1 to 128 bytes. Requests that carry it are another caller's than those with another or none, so that profiles of one
    /// extension stay apart; limits and grants are the extension's as a whole.
    /// </summary>
    public string? Namespace { get; init; }

    /// <summary>False keeps event frames away, for one-shot <c>sendNativeMessage</c>.</summary>
    [Default(true)]
    public bool? Events { get; init; }
}

/// <summary>What every final frame may have.</summary>
internal sealed record FinalHead : Reply;

/// <summary>How what no context of the program has would be read or written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RequestHead))]
[JsonSerializable(typeof(FinalHead))]
[JsonSerializable(typeof(GenerationQueuedPayload))]
[JsonSerializable(typeof(PageSourcesPayload))]
[JsonSerializable(typeof(GenerationUpdatePayload))]
[JsonSerializable(typeof(ToolCallUpdatePayload))]
[JsonSerializable(typeof(ResponseDeltaPayload))]
[JsonSerializable(typeof(ResponseItemPayload))]
[JsonSerializable(typeof(ContextOverflowPayload))]
[JsonSerializable(typeof(TokenLogProbsPayload))]
[JsonSerializable(typeof(ChatChunkPayload))]
internal sealed partial class DocumentedJson : JsonSerializerContext;
