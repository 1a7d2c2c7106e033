namespace NativeHost.Storage.Database;

/// <summary>Something that was sealed in a <see cref="Journal"/>.</summary>
/// <param name="Pages">Pages of the journal's whole life up to its end.</param>
/// <param name="Drops">How often pages had been dropped.</param>
internal readonly record struct JournalTicket(long Pages, int Drops);

/// <summary>What was to be flushed was dropped, because what it builds on could not be written.</summary>
internal sealed class JournalDroppedException(Exception? cause) : IOException("What this builds on could not be written.", cause);
