namespace NativeHost.Gguf;

/// <summary>A header cannot be read to its end, because only the start of its file is here. Never leaves this project.</summary>
/// <param name="neededBytes">How many bytes of the file are needed at least, from its start.</param>
internal sealed class HeaderGoesOnException(long neededBytes) : Exception
{
    public long NeededBytes { get; } = neededBytes;
}
