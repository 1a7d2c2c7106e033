namespace NativeHost.Storage.Database;

/// <summary>The data file is not what was written. Whoever gets it saves what can be saved.</summary>
internal sealed class DamagedFileException(string message) : Exception(message);
