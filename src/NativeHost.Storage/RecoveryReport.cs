namespace NativeHost.Storage;

/// <summary>What became of a damaged file: it was kept, and what could be read of it is in the one that took its place. What was saved is, to
/// the letter, what was written, if perhaps not last.</summary>
/// <param name="At">When.</param>
/// <param name="Reason">What was wrong with it, for a person.</param>
/// <param name="KeptAs">The name of the damaged file, in the same folder.</param>
/// <param name="Conversations">How many were saved.</param>
/// <param name="Messages">How many were saved, in all of them.</param>
/// <param name="CutTexts">How many texts of these have lost their ends.</param>
/// <param name="LostDocuments">How many pieces (a message, a conversation, 65,000 bytes of a long text) began and could not be read.</param>
/// <param name="DamagedPages">How many pages of 8 KiB were not what was written; what was on them, nobody can count.</param>
/// <param name="BrokenBatches">How many pieces of the journal, of what was stored last, were not what was written. What could be read of them was saved in
/// its latest version, or else in an earlier one.</param>
public sealed record RecoveryReport(
    DateTimeOffset At,
    string Reason,
    string KeptAs,
    long Conversations,
    long Messages,
    long CutTexts,
    long LostDocuments,
    long DamagedPages,
    long BrokenBatches);
