using NativeHost.Routing;

namespace NativeHost.Tests.Protocol;

/// <summary>An action and its messages.</summary>
/// <param name="Area">What it is about, as the code is ordered.</param>
/// <param name="Reply">The final frame of a request that succeeded, with the fields of every final frame left out.</param>
/// <param name="Types">What the <c>type</c> of that frame may be; empty where it has none.</param>
/// <param name="Events">What may come before it.</param>
/// <param name="ErrorType">The <c>type</c> of its error frames; null for none.</param>
internal sealed record WireAction(
    string Name,
    string Area,
    Lane Lane,
    Stoppable Stoppable,
    WireShape Request,
    WireReply Reply,
    IReadOnlyList<string> Types,
    IReadOnlyList<WireEvent> Events,
    string? ErrorType);

/// <summary>What an answer has beside the fields of every final frame.</summary>
/// <param name="Name">Of its record; null where it is nothing but a payload.</param>
internal sealed record WireReply(string? Name, IReadOnlyList<WireField> Fields);

/// <summary>A kind of event.</summary>
/// <param name="Name">Of its frame, in declarations.</param>
internal sealed record WireEvent(string Name, string Type, string Meaning, WireShape Payload);
