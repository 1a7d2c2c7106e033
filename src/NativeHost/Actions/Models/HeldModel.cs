namespace NativeHost.Actions.Models;

/// <summary>A model that a caller loaded and has not unloaded.</summary>
/// <param name="Path">Its name on the wire.</param>
/// <param name="InMemory">Null where it left memory unasked, and comes back with the caller's next use.</param>
/// <param name="IsInUse">Whether a generation runs or waits on it, whoever's.</param>
/// <param name="LastUsed">When it was loaded, or a generation on it began or ended; null where it is not in memory.</param>
/// <param name="Expires">When it leaves memory if nobody uses it; null while it is in use, kept always, or not in memory.</param>
internal sealed record HeldModel(string Path, LoadedModel? InMemory, bool IsInUse, DateTimeOffset? LastUsed, DateTimeOffset? Expires);
