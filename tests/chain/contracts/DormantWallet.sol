// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

import {Wallet} from "./Wallet.sol";

/// A wallet that is deployed and not ready: it vouches for nothing until somebody wakes it. ERC-6492 calls this prepare.
contract DormantWallet {
    Wallet private awake;
    address private immutable owner;

    constructor(address owner_) {
        owner = owner_;
    }

    function wake() external {
        awake = new Wallet(owner);
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        return awake.isValidSignature(hash, signature);
    }
}
