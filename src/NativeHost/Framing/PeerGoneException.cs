namespace NativeHost.Framing;

/// <summary>The client no longer reads what the host writes.</summary>
internal sealed class PeerGoneException(IOException inner) : IOException("The client is gone.", inner);
