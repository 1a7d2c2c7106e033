namespace NativeHost.BitNet.Reading;

/// <summary>What a ternary matrix of a layer does. Its shape, outputs × inputs, stands behind it.</summary>
internal enum MatrixRole
{
    Query, // [heads * head length, width]
    Key, // [kv heads * head length, width]
    Value, // [kv heads * head length, width]
    Output, // [width, heads * head length]
    Gate, // [feed-forward width, width]
    Up, // [feed-forward width, width]
    Down, // [width, feed-forward width]
}
