namespace NativeHost.Sessions;

/// <summary>What happens where a conversation is larger than its model's context.</summary>
internal enum OverflowPolicy
{
    /// <summary>The request fails with <c>context_full</c>; an answer ends where the context does.</summary>
    Stop,

    /// <summary>The oldest question and its answer are dropped, again and again, until the rest fits; system messages stay.</summary>
    DropOldest,

    /// <summary>The same, and in the middle of an answer too, which then goes on.</summary>
    Shift,
}
