namespace NativeHost.Hardware.Planning;

/// <summary>How far an estimate can be trusted.</summary>
public enum Confidence
{
    /// <summary>What the engine allocates.</summary>
    Exact,

    /// <summary>It allocates no more than that.</summary>
    Bounded,

    /// <summary>A guess, or nothing where there is no number.</summary>
    Unknown,
}
